/// One word of a shell's command line: text as it is, and what the shell puts in its place.
package struct ShellWord: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case text(String)
    /// Such as `$HOME`.
    case expansion(String)
  }

  private var parts: [Part]

  package init(_ text: String) { parts = [.text(text)] }

  private init(_ parts: [Part]) { self.parts = parts }

  /// What the shell knows by this name: `${NAME}`.
  package static func variable(_ name: String) -> ShellWord {
    ShellWord([.expansion("${\(name)}")])
  }

  /// A whole number plus what the shell knows by a name: `$((4 + NAME))`.
  package static func sum(_ number: UInt64, _ name: String) -> ShellWord {
    ShellWord([.expansion("$((\(number) + \(name)))")])
  }

  package static func + (a: ShellWord, b: ShellWord) -> ShellWord { ShellWord(a.parts + b.parts) }

  /// The text with a word in every place where `mark` stands.
  package init(_ text: String, replacing mark: String, with word: ShellWord) {
    // Split by hand: two marks may follow each other.
    var (rest, parts) = (text[...], [Part]())
    while let range = rest.firstRange(of: mark) {
      parts += [.text(String(rest[..<range.lowerBound]))] + word.parts
      rest = rest[range.upperBound...]
    }
    self.parts = parts + [.text(String(rest))]
  }

  /// As a script has it: in quotation marks, unless nothing in it means anything to a shell.
  package var quoted: String {
    let plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.,:/@%"
    let isPlain = parts.allSatisfy { part in
      guard case .text(let text) = part else { return false }
      return text.utf8.allSatisfy(plain.utf8.contains)
    }
    let text = parts.map { part in
      switch part {
      case .text(let text): isPlain ? text : Self.escaped(text)
      case .expansion(let text): text
      }
    }.joined()
    return isPlain && !text.isEmpty ? text : "\"\(text)\""
  }

  /// Between double quotation marks four characters have a meaning.
  private static func escaped(_ text: String) -> String {
    text.escaping { "\\\"$`".unicodeScalars.contains($0) ? "\\\($0)" : nil }
  }
}
