import Records
import TestSupport
import Testing
import Text

/// Headers that are made to cost time or memory.
@Suite struct HostileHeaderTests {
  static let headers: [(String, String)] = [
    ("many tensors", many { #""\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"# }),
    ("much metadata", #"{"__metadata__":\#(many { #""\#($0)":"""# })}"#),
    ("deep brackets", String(repeating: "[", count: 4 << 20)),
    ("deep braces", String(repeating: #"{"a":"#, count: 1 << 20)),
    ("deep field", #"{"a":{"x":"# + String(repeating: "[", count: 4 << 20)),
    ("long number", #"{"a":{"shape":["# + String(repeating: "9", count: 4 << 20)),
    ("long float", #"{"a":{"x":1"# + String(repeating: "0", count: 4 << 20) + "}}"),
    ("long shape", #"{"a":{"shape":[1"# + String(repeating: ",1", count: 2 << 20) + "]}}"),
    ("long text", #"{""# + String(repeating: "a", count: 4 << 20)),
    ("spaces", String(repeating: " ", count: 4 << 20)),
  ]

  /// Time that grew with the square of the length would be hours.
  @Test(
    "malicious headers are refused in bounded time", .inReleaseBuilds, .timeLimit(.minutes(10)),
    arguments: headers)
  func bounded(name: String, header: String) {
    let bytes = Vector.file(header)
    #expect(throws: Failure.self, "\(name)") { try SafetensorsFile(bytes, path: "x") }
  }

  @Test("shapes near 2^63 are refused", arguments: ["9223372036854775808", "9223372036854775807"])
  func shapes(dimension: String) {
    for shape in ["\(dimension)", "\(dimension),2", "2,\(dimension),0", "3037000500,3037000500"] {
      for type in ["U8", "F4", "F64"] {
        let header = #"{"a":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[0,0]}}"#
        #expect(throws: Failure.self) {
          try SafetensorsFile(Vector.file(header), path: "x")
        }
      }
    }
  }

  @Test("random changes never trap")
  func mutations() throws {
    let seeds = Vector.all.map(\.bytes).filter { $0.count > 8 && $0.count < 1000 }
    let marks = Array("{}[]\",:0123456789-.eEtfn\\u a\u{0}".utf8)
    var random = Lehmer(state: 2024)
    for _ in 0..<4000 {
      var bytes = seeds[random.below(seeds.count)]
      for _ in 0...random.below(4) {
        let place = 8 + random.below(bytes.count - 8)
        bytes[place] = marks[random.below(marks.count)]
      }
      _ = try? SafetensorsFile(bytes, path: "x")
    }
  }

  private static func many(_ item: (Int) -> String) -> String {
    "{" + (0..<150_000).map(item).joined(separator: ",") + "}"
  }
}

/// Numbers that are random enough to change bytes.
struct Lehmer {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state = state &* 0xDA94_2042_E4DD_58B5 &+ 1
    return Int((state >> 33) % UInt64(bound))
  }
}
