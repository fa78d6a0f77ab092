import Configuration
import Foundation
import TestSupport
import Testing

/// Texts that are made to cost time or memory, or to trap.
@Suite(.inReleaseBuilds) struct HostileTextTests {
  private static let seeds = [
    Sample.table.text(of: Sample()),
    "{a: [0x1F, -.5e-3, +1, 5., 'x\\u0041\\\ny', \"\\ud83d\\ude00\"], /* c */ 'b': {π: null,},} // e",
    "[[[[[[1]]]]]]", "-0x8000000000000000", "\u{FEFF}{\r\n\t$_: true}",
  ].map { Array($0.utf8) }

  @Test("random changes never trap, and every refusal has a place")
  func mutations() throws {
    let marks = Array("{}[]\"'\\,:/*#+-.0123456789eExXuNaInfinity \n\r\t$_\u{0}é\u{2028}".utf8)
    var random = Lehmer(state: 11)
    for _ in 0..<6000 {
      var bytes = Self.seeds[random.below(Self.seeds.count)]
      for _ in 0...random.below(5) {
        let place = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes.insert(marks[random.below(marks.count)], at: place)
        case 1 where bytes.count > 1: bytes.remove(at: place)
        case 2: bytes[place] = UInt8(random.below(256))
        default: bytes[place] = marks[random.below(marks.count)]
        }
      }
      check(bytes)
      check(Array(bytes.prefix(random.below(bytes.count))))
      let text = String(decoding: bytes.prefix(30), as: UTF8.self)
      for key in ["seed", "name", "optimizer.decay", "model.hidden", "patience"] {
        _ = try? Sample.read(arguments: (key, text))
      }
    }
  }

  /// Reads the bytes; what is read must print and read back.
  private func check(_ bytes: [UInt8]) {
    do {
      let file = try ConfigurationFile(bytes, path: "x")
      let sample = try Sample.table.resolve(from: Sample(), files: [file]).config
      #expect(try Sample.read(Sample.table.text(of: sample)) == sample)
    } catch {
      #expect(error.message.firstMatch(of: /^x:[1-9][0-9]*:[1-9][0-9]*: ./) != nil)
      #expect(error.message.count < 300 && !error.message.contains { $0.isNewline })
    }
  }

  static let long: [(String, String)] = [
    ("digits", String(repeating: "9", count: 1_000_000)),
    ("exponent", "1e" + String(repeating: "9", count: 1_000_000)),
    ("lists", "[" + String(repeating: "[],", count: 300_000) + "]"),
    ("keys", "{" + (0..<100_000).map { "k\($0):0," }.joined() + "}"),
    ("one line of values", "[" + String(repeating: "1,", count: 500_000) + "'"),
    ("text", "'" + String(repeating: "a", count: 1_000_000)),
    ("comment", "/*" + String(repeating: "*", count: 1_000_000)),
    ("brackets", String(repeating: "[", count: 1_000_000)),
    ("name", "{" + String(repeating: "n", count: 1_000_000) + ":0,1"),
  ]

  /// Time that grew with the square of the length would be hours.
  @Test(
    "the time for long texts is bounded", .timeLimit(.minutes(10)), arguments: long)
  func bounded(name: String, text: String) {
    #expect(throws: ConfigurationError.self, "\(name)") { try Sample.read(text) }
  }

  @Test("a file larger than any memory is refused before it is read")
  func hugeFile() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "implode-huge-\(UUID().uuidString).json5").path
    try #require(FileManager.default.createFile(atPath: path, contents: nil))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 1 << 40)
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile(contentsOf: path)
    }
    #expect(error?.message == "\(path):1:1: 1099511627776 bytes are too many for a configuration")
  }
}
