import Records
import TestSupport
import Testing
import Text

@Suite struct SafetensorsTests {
  static func small() throws -> [UInt8] {
    var writer = SafetensorsWriter(metadata: ["model": "a \"quoted\"\nname", "é": "\\"])
    writer.add("weight", shape: [2, 3], [1, -2, 3.5, .nan, .infinity, -0.0] as [Float])
    writer.add("moments", shape: [2], [0.1, 1e300])
    writer.add("seed", shape: [], [UInt64.max])
    writer.add("rows", shape: [1, 1], [Int64.min])
    writer.add("order", shape: [3], [3, -1, 0] as [Int32])
    writer.add("bytes", shape: [3], [1, 2, 255] as [UInt8])
    writer.add("none", shape: [0, 4], [] as [Float])
    writer.add("half", type: .bf16, shape: [2], [0, 0x3F, 0x80, 0x3F])
    return try writer.bytes()
  }

  @Test("the verdict on every vector", arguments: Vector.all)
  func verdict(vector: Vector) {
    if vector.isOurs {
      #expect(throws: Never.self) { try SafetensorsFile(vector.bytes, path: "x") }
    } else {
      #expect(throws: Failure.self) { try SafetensorsFile(vector.bytes, path: "x") }
    }
    #expect(vector.isTheirs || !vector.isOurs, "nothing is read that the reference refuses")
  }

  @Test("what is written reads back")
  func roundTrip() throws {
    let file = try SafetensorsFile(Self.small(), path: "x", trust: .sealed)
    let weight = try file.elements("weight", of: Float.self, shape: [2, 3])
    let written: [Float] = [1, -2, 3.5, .nan, .infinity, -0.0]
    #expect(weight.map(\.bitPattern) == written.map(\.bitPattern))
    #expect(try file.elements("moments", shape: [2]) == [0.1, 1e300])
    #expect(try file.elements("seed", shape: []) == [UInt64.max])
    #expect(try file.elements("rows", shape: [1, 1]) == [Int64.min])
    #expect(try file.elements("order", shape: [3]) == [3, -1, 0] as [Int32])
    #expect(try file.elements("bytes", shape: [3]) == [1, 2, 255] as [UInt8])
    #expect(try file.elements("none", shape: [0, 4]) == [] as [Float])
    #expect(file["half"].map { Array($0.bytes) } == [0, 0x3F, 0x80, 0x3F])
    #expect(file.metadata == ["model": "a \"quoted\"\nname", "é": "\\"])
    #expect(file["nothing"] == nil)
  }

  @Test("names that only look the same are two names")
  func normalization() throws {
    let (one, two) = ("\u{E9}", "e\u{301}")
    let entry = { (name: String, start: Int) in
      "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[\(start),\(start + 1)]}"
    }
    let header = Array("{\(entry(one, 0)),\(entry(two, 1))}".utf8)
    let length = (0..<8).map { UInt8(header.count >> (8 * $0) & 0xFF) }
    let file = try SafetensorsFile(length + header + [7, 8], path: "x")
    #expect(file[one].map { Array($0.bytes) } == [7])
    #expect(file[two].map { Array($0.bytes) } == [8])
  }

  @Test("data begin at a multiple of 64, wide elements first, then by name")
  func layout() throws {
    let bytes = try Self.small()
    let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect((8 + header) % 64 == 0)
    let file = try SafetensorsFile(bytes, path: "x")
    #expect(
      file.tensors.map(\.name)
        == ["moments", "rows", "seed", "none", "order", "weight", "half", "bytes"])
    for tensor in file.tensors {
      #expect(tensor.bytes.startIndex * 8 % tensor.elementType.bits == 0)
    }
  }

  @Test("the same content gives the same bytes")
  func deterministic() throws {
    var writers = [SafetensorsWriter(), SafetensorsWriter()]
    for name in ["a", "b", "c"] { writers[0].add(name, shape: [1], [1.5]) }
    for name in ["c", "a", "b"] { writers[1].add(name, shape: [1], [1.5]) }
    #expect(try writers[0].bytes() == writers[1].bytes())
  }

  @Test("a file cut off anywhere is refused")
  func truncation() throws {
    let bytes = try Self.small()
    for count in 0..<bytes.count {
      let part = Array(bytes.prefix(count))
      #expect(throws: Failure.self) { try SafetensorsFile(part, path: "x") }
    }
  }

  @Test("a file with a changed byte is refused")
  func flips() throws {
    let bytes = try Self.small()
    for place in bytes.indices {
      for flip: UInt8 in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
        var changed = bytes
        changed[place] ^= flip
        #expect(throws: Failure.self, "byte \(place) ^ \(flip)") {
          try SafetensorsFile(changed, path: "x")
        }
      }
    }
  }

  @Test("another type, shape or name is named")
  func mismatches() throws {
    let file = try SafetensorsFile(Self.small(), path: "last.safetensors")
    let cases: [(String, () throws -> Void)] = [
      (
        "'weight' is F32, not F64",
        { _ = try file.elements("weight", of: Double.self, shape: [2, 3]) }
      ),
      (
        "'weight' has shape [2, 3], and [3, 2] is needed",
        { _ = try file.elements("weight", of: Float.self, shape: [3, 2]) }
      ),
      ("there is no 'wieght'", { _ = try file.elements("wieght", of: Float.self, shape: []) }),
    ]
    for (message, read) in cases {
      let error = #expect(throws: Failure.self, performing: read)
      #expect(error?.message == "last.safetensors: " + message)
    }
  }

  @Test("a newer format is named; a file without a seal is no checkpoint")
  func versions() throws {
    var text = String(decoding: try Self.small().dropFirst(8), as: UTF8.self)
    #expect(text.contains(#""implode.format":"1""#))
    text =
      #"{"__metadata__":{"implode.format":"2","implode.sha256":"\#(String(repeating: "0", count: 64))"}}"#
    var bytes = Vector.file(text)
    let digits = Array(SHA256.hexadecimal(of: bytes).utf8)
    bytes.replaceSubrange(bytes.count - 67..<bytes.count - 3, with: digits)
    let newer = #expect(throws: Failure.self) { try SafetensorsFile(bytes, path: "x") }
    #expect(newer?.message == "x: its format is version 2; this program reads version 1")
    let plain = Vector.accepted[0].bytes
    #expect(try !SafetensorsFile(plain, path: "x").isSealed)
    let open = #expect(throws: Failure.self) {
      try SafetensorsFile(plain, path: "x", trust: .sealed)
    }
    #expect(open?.message == "x: no checksum of Implode")
  }

  @Test("from a file; none is read that is missing, a folder or too long")
  func paths() throws {
    let folder = try Folder()
    let bytes = try Self.small()
    let path = try folder.write(bytes, to: "a.safetensors")
    #expect(try SafetensorsFile(contentsOf: path, trust: .sealed).tensors.count == 8)
    let cases: [(String, Int, String)] = [
      (folder.path("b"), 1000, "cannot be read: No such file or directory"),
      (folder.path, 1 << 20, "no file, or one of more than 1048576 bytes"),
      ("/dev/zero", 1000, "no file, or one of more than 1000 bytes"),
      (path, 100, "no file, or one of more than 100 bytes"),
    ]
    for (path, most, message) in cases {
      let error = #expect(throws: Failure.self) {
        try SafetensorsFile(contentsOf: path, most: most)
      }
      #expect(error?.message == "\(path): \(message)")
    }
  }

  /// Files of version 1 have to stay readable; a change of the bytes is a new version.
  @Test("the bytes of format 1")
  func golden() throws {
    let digest = try SHA256.hexadecimal(of: Self.small())
    #expect(digest == "4b36ca662182547dc668ad01418b1b529e04c32ffd054aa5defd2010d81eb056")
  }
}
