import Foundation
import TestSupport
import Testing

@testable import implode

/// Help texts, as they are on record in `Golden`.
@Suite struct HelpTests {
  @Test("help at 80 columns is that on record", arguments: ["implode"] + names)
  func golden(_ name: String) throws {
    let text = text(name, width: 80) + "\n"
    #expect(
      try Snapshot.recorded(text, "Golden/\(name).txt") == text,
      "make snapshots records the new text")
  }

  @Test("help fits the terminal", arguments: ["implode"] + names)
  func widths(_ name: String) {
    for width in [20, 33, 40, 41, 60, 80, 100] {
      for line in text(name, width: width).split(separator: "\n") {
        // What cannot be broken may stand out: a usage line, a name, a single word.
        let isWhole =
          line.hasPrefix("Usage:") || line.hasPrefix("  ") && !line.hasPrefix("   ")
          || !line.drop { $0 == " " }.contains(" ")
        #expect(line.count <= width || isWhole, "\(width): \(line)")
      }
    }
  }

  @Test("every option is explained, with its variable")
  func complete() {
    for command in Implode.commands {
      let text = Help.text(for: command, width: 100)
      for (option, _) in command.options {
        #expect(text.contains("--\(option.name)"))
        if let variable = option.variable { #expect(text.contains(variable)) }
        #expect(!option.about.isEmpty && !option.about.hasSuffix("."))
      }
    }
  }

  @Test("text is broken at spaces only")
  func fill() {
    #expect(Help.fill("a bb ccc", width: 4) == ["a bb", "ccc"])
    #expect(Help.fill("a bb ccc", width: 1) == ["a", "bb", "ccc"])
    #expect(Help.fill("", width: 5) == [])
  }

  private static let names = Implode.commands.map(\.name)

  private func text(_ name: String, width: Int) -> String {
    let command = Implode.commands.first { $0.name == name }
    return command.map { Help.text(for: $0, width: width) }
      ?? Help.overview(of: Implode.commands, width: width)
  }
}
