import Foundation
import Physics
import Randomness
import Testing
import Text

@testable import implode

/// Command lines that nobody would write: each is read, or refused in words.
@Suite struct RandomArgumentTests {
  /// `IMPLODE_FUZZ_CASES` asks for more.
  private static let cases =
    ProcessInfo.processInfo.environment["IMPLODE_FUZZ_CASES"].flatMap { Int($0) } ?? 3000

  private static let odd = [
    "", "-", "--", "---", "=", "--=", "-=", "--no-", "-x", "a=b", "lr=1", "--help", "-h", "nan",
    "1e400", "-1", "0x10", "1e3", "1_000", "9223372036854775808", "é", "\u{FEFF}", "a\nb", "\u{7}",
    "[1,2", "{a:1}", "'", "\"", "model.decoder=[1,", "seed=-1", "/dev/null", "runs/a",
  ]

  @Test("random arguments are read, or refused with a line of cause and a line of hint")
  func arguments() throws {
    var random = RowRandom(seed: 3, stream: .example, row: 0)
    var (read, refused) = (0, 0)
    for _ in 0..<Self.cases {
      for case let command as any Parsed in Implode.commands {
        let words =
          Self.odd
          + command.options.flatMap { option in
            let name = option.option.name
            return ["--\(name)", "--\(name)=", "--no-\(name)", "\(name)=1", "--\(name.dropLast())"]
          }
        let arguments = (0..<random.index(below: 5)).map { _ in
          var word = words[random.index(below: words.count)]
          if random.index(below: 4) == 0 {
            word += Self.odd[random.index(below: Self.odd.count)]
          }
          return word
        }
        do {
          try command.parse(arguments)
          read += 1
        } catch {
          refused += 1
          let failure = Failure(error)
          #expect(!failure.message.isEmpty && !failure.hint.isEmpty, "\(arguments)")
          #expect(failure.code != .fault, "\(arguments): \(failure)")
        }
      }
    }
    #expect(read > 100 && refused > 100)
  }

  @Test("what a message quotes stays on its line, and says nothing to the terminal")
  func quoted() throws {
    let result = try Binary.run(["train", "--x\n\u{1B}[31my=1"])
    #expect(result.status == 64)
    let lines = result.messages.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 3 && lines[0].hasPrefix("error: ") && lines[1].hasPrefix("hint: "))
    #expect(lines[0].contains(#"'--x\x0A\x1B[31my'"#) && lines[2] == "", "\(result.messages)")
  }
}

/// A command whose arguments can be read without doing what they say.
private protocol Parsed {
  var options: [(option: Option, standard: String?)] { get }
  func parse(_ arguments: [String]) throws
}

extension Command: Parsed {
  fileprivate func parse(_ arguments: [String]) throws {
    var parser = Parser(self)
    _ = try parser.parse(arguments, environment: { _ in nil })
  }
}
