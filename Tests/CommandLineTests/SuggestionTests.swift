import Text
import TestSupport
import Testing

@testable import implode

/// A slip of one letter never leaves anybody without the right word.
@Suite(.inReleaseBuilds) struct SuggestionTests {
  @Test("edit distances count typical misspellings")
  func distances() {
    for (a, b, edits) in [
      ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("epoch", "epochs", 1), ("cpu", "cup", 1),
      ("kitten", "sitting", 3), ("devcies", "devices", 1), ("bench", "bench", 0),
    ] {
      #expect(Suggestion.distance(a, b) == edits)
      #expect(Suggestion.distance(b, a) == edits)
    }
  }

  @Test("nothing is suggested for a word that is far from all others")
  func strangers() {
    #expect(Suggestion.nearest(to: "zzz", among: ["json", "case"]) == nil)
    #expect(Suggestion.nearest(to: "lol", among: ["json", "check"]) == nil)
    #expect(Suggestion.nearest(to: "x", among: []) == nil)
    #expect(Suggestion.nearest(to: "q", among: ["x", "y"]) == nil)
    #expect(Suggestion.nearest(to: "xq", among: ["x", "y"]) == "x")
    #expect(Suggestion.nearest(to: "DEVICES", among: ["devices"]) == "devices")
  }

  @Test("every option mistyped by one letter", arguments: Implode.commands.map(\.name))
  func options(_ name: String) throws {
    let command = try #require(Implode.commands.first { $0.name == name })
    let options = command.options.map(\.option) + Option.common
    for option in options {
      for slip in slips(of: option.name) where !options.contains(where: { $0.name == slip }) {
        let error = try #require(throws: Failure.self, "\(name) --\(slip)") {
          try call(command, "--\(slip)")
        }
        #expect(error.message == "implode \(name): unknown option '--\(slip)'")
        #expect(error.hint == "did you mean '--\(option.name)'?")
      }
      for choice in option.choices {
        for slip in slips(of: choice) where !slip.isEmpty && !option.choices.contains(slip) {
          let error = try #require(throws: Failure.self) {
            try call(command, "--\(option.name)=\(slip)")
          }
          // Of one letter nothing may be left, or as much of another one.
          let isRight =
            choice.count > 1
            ? error.hint == "did you mean '\(choice)'?"
            : error.hint == "choose one of them" || error.hint.contains("'\(choice)'")
          #expect(isRight, "\(name) --\(option.name) \(slip): \(error.hint)")
        }
      }
    }
  }

  @Test("every flag taken back by a mistyped name", arguments: Implode.commands.map(\.name))
  func negations(_ name: String) throws {
    let command = try #require(Implode.commands.first { $0.name == name })
    for option in command.options.map(\.option) where option.isFlag {
      for slip in slips(of: option.name) where slip.count > 1 {
        let error = try #require(throws: Failure.self) { try call(command, "--no-\(slip)") }
        #expect(error.hint == "did you mean '--no-\(option.name)'?", "--no-\(slip)")
      }
    }
  }

  @Test("every command mistyped by one letter")
  func commands() {
    let names = Implode.commands.map(\.name) + ["help"]
    for name in names {
      for slip in slips(of: name) where !names.contains(slip) {
        let hint = Suggestion.hint(for: slip, among: names) ?? ""
        #expect(hint.contains("'\(name)'"), "\(slip): \(hint)")
      }
    }
  }

  private func call(_ command: any Subcommand, _ argument: String) throws {
    let terminal = Terminal(columns: nil, showsMessages: false, environment: { _ in nil })
    try command.call([argument], environment: { _ in nil }, output: Output(terminal))
  }

  /// A letter too few, wrong, too many, or two swapped, at every place.
  private func slips(of word: String) -> Set<String> {
    let letters = Array(word)
    var slips: Set<String> = []
    for index in 0...letters.count {
      for stranger in ["q", "x"] as [Character] {
        slips.insert(String(letters[..<index] + [stranger] + letters[index...]))
        if index < letters.count {
          slips.insert(String(letters[..<index] + [stranger] + letters[(index + 1)...]))
        }
      }
      if index < letters.count {
        slips.insert(String(letters[..<index] + letters[(index + 1)...]))
      }
      if index + 1 < letters.count {
        var swapped = letters
        swapped.swapAt(index, index + 1)
        slips.insert(String(swapped))
      }
    }
    return slips.subtracting([word])
  }
}
