import Machine
import Testing
import Text

@testable import Datasets

/// The header of arrays, and what is refused.
@Suite struct NPYTests {
  @Test("a header is what np.save writes, to the byte")
  func bytes() {
    // The text, and the length of all, as numpy 2.4 has them.
    let headers: [(NPYHeader, String, Int)] = [
      (NPYHeader(.float32, shape: [2, 3]), ArrayFile.dictionary("<f4", "(2, 3)"), 128),
      (NPYHeader(.float64, shape: []), ArrayFile.dictionary("<f8", "()"), 128),
      (NPYHeader(.float32, shape: [3]), ArrayFile.dictionary("<f4", "(3,)"), 128),
      (NPYHeader(.float32, shape: [0, 9]), ArrayFile.dictionary("<f4", "(0, 9)"), 128),
      (NPYHeader(.text(3), shape: [2]), ArrayFile.dictionary("<U3", "(2,)"), 128),
      (
        NPYHeader(.float64, isFortran: true, shape: [2, 3]),
        ArrayFile.dictionary("<f8", "(2, 3)", fortran: true), 128
      ),
      (
        NPYHeader(.float64, shape: [1_000_000, 18]),
        ArrayFile.dictionary("<f8", "(1000000, 18)"), 128
      ),
      (
        NPYHeader(.float32, shape: Array(repeating: 1, count: 13)),
        ArrayFile.dictionary("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)"), 128
      ),
      (
        NPYHeader(.float64, shape: Array(repeating: 1, count: 15)),
        ArrayFile.dictionary("<f8", "(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)"), 192
      ),
    ]
    for (header, text, length) in headers {
      let padding = String(repeating: " ", count: length - 10 - text.utf8.count - 1)
      #expect(header.bytes == ArrayFile.npy(text + padding), "\(text)")
    }
  }

  static let good = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"
  static let two = [1.0, 2].flatMap { LittleEndian.bytes($0.bitPattern) }

  @Test(
    "the same array in every spelling",
    arguments: [
      (good, [1, 0]), (good, [2, 0]), (good, [3, 0]),
      ("{\"shape\":(1,2),\"fortran_order\":False,\"descr\":\"<f8\"}", [1, 0]),
      // Python 2
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 2L), }", [1, 0]),
      ("  { 'shape' : ( 1 , 2 , ) , 'fortran_order' : True , 'descr' : '<f8' }  \n ", [1, 0]),
    ] as [(String, [UInt8])])
  func spelling(_ header: String, version: [UInt8]) {
    #expect(outcome(ArrayFile.npy(header, Self.two, version: version)).values == [1, 2])
  }

  @Test("column after column")
  func fortran() {
    let numbers = (1...6).flatMap { LittleEndian.bytes(Float($0).bitPattern) }
    let file = ArrayFile.npy(ArrayFile.dictionary("<f4", "(3, 2)", fortran: true), numbers)
    #expect(outcome(file).values == [1, 4, 2, 5, 3, 6])
  }

  static let refused: [(header: String, message: String)] = [
    (ArrayFile.dictionary(">f8", "(1, 2)"), "holds big-endian numbers ('>f8')"),
    (ArrayFile.dictionary("<i8", "(1, 2)"), "holds integers ('<i8')"),
    (ArrayFile.dictionary("|u1", "(1, 2)"), "holds integers ('|u1')"),
    (ArrayFile.dictionary("|b1", "(1, 2)"), "holds Boolean values ('|b1')"),
    (ArrayFile.dictionary("<c16", "(1, 2)"), "holds complex numbers ('<c16')"),
    (ArrayFile.dictionary("<f2", "(1, 2)"), "holds floats of another size ('<f2')"),
    (ArrayFile.dictionary("|S3", "(1, 2)"), "holds bytes ('|S3')"),
    (
      ArrayFile.dictionary("|O", "(1, 2)"),
      "holds Python objects ('|O'), which are never read: they can run programs"
    ),
    (
      ArrayFile.dictionary("<M8[ns]", "(1, 2)"),
      "holds elements of type '<M8[ns]', which are not read"
    ),
    (
      "{'descr': [('cx', '<f8')], 'fortran_order': False, 'shape': (2,), }",
      "has named fields (a structured dtype), which are not read"
    ),
    (ArrayFile.dictionary("<f8", "(2,)"), "has shape (2,)"),
    (ArrayFile.dictionary("<f8", "(1, 1, 2)"), "has shape (1, 1, 2)"),
    (
      ArrayFile.dictionary("<f8", "(2, 2)"),
      "is not as long as its header says: shape (2, 2) of <f8 needs 98 bytes, there are 86"
    ),
    (
      ArrayFile.dictionary("<f8", "(1, 1152921504606846976)"),
      "has shape (1, 1152921504606846976), more than any file can hold"
    ),
    (
      ArrayFile.dictionary("<f8", "(0, 9223372036854775807, 4)"),
      "has shape (0, 9223372036854775807, 4), more than any file can hold"
    ),
    (ArrayFile.dictionary("<f8", "(-1, 2)"), malformed("a dimension is negative")),
    (ArrayFile.dictionary("<f8", "(1.0, 2)"), malformed("a ',' is missing at byte 52")),
    (
      ArrayFile.dictionary("<f8", "(9223372036854775808,)"),
      malformed("a dimension is larger than 2^63")
    ),
    (ArrayFile.dictionary("<f8", "(1LL, 2)"), malformed("a ',' is missing at byte 53")),
    (ArrayFile.dictionary("<f8", "(L, 2)"), malformed("a number is missing at byte 51")),
    (ArrayFile.dictionary("<f8", "(2)"), malformed("the shape is no tuple")),
    (ArrayFile.dictionary("<f8", "[1, 2]"), malformed("a '(' is missing at byte 50")),
    (ArrayFile.dictionary("<f8", "(01, 2)"), malformed("a number begins with 0 at byte 51")),
    (ArrayFile.dictionary("<f8", "(1, , 2)"), malformed("a number is missing at byte 54")),
    ("", malformed("a '{' is missing at byte 1")),
    ("{}", malformed("it lacks one of 'descr', 'fortran_order' and 'shape'")),
    ("{'descr': '<f8'", malformed("a ',' is missing at byte 16")),
    ("{'descr': '<f8', 'descr': '<f8'}", malformed("key 'descr' is unknown or there twice")),
    ("{'descr': '<f8', 'more': 1}", malformed("key 'more' is unknown or there twice")),
    ("{'descr': '<f8}", malformed("the string at byte 10 does not end")),
    ("{'fortran_order': 0}", malformed("True or False is missing at byte 18")),
    (good + "import os", malformed("there is text after the closing brace")),
  ]

  private static func malformed(_ what: String) -> String {
    "has a header that cannot be read: \(what)"
  }

  @Test("arrays of other types are refused by name", arguments: refused.indices)
  func refuses(_ row: Int) {
    let (header, message) = Self.refused[row]
    let refusal = outcome(ArrayFile.npy(header, Self.two))
    let bytes = ArrayFile.npy(header, Self.two).count
    #expect(
      refusal.message
        == "x: "
        + message.replacing(
          "98 bytes, there are 86", with: "\(bytes + 16) bytes, there are \(bytes)")
    )
    #expect(!refusal.hint.isEmpty)
  }

  @Test("another version, and a header beyond 10,000 bytes")
  func preamble() {
    let message = "x: has the unknown NPY version 4.0"
    #expect(outcome(ArrayFile.npy(Self.good, Self.two, version: [4, 0])).message == message)
    let long = Self.good + String(repeating: " ", count: 10_000)
    #expect(
      outcome(ArrayFile.npy(long, Self.two)).message
        == "x: has a header of 10060 bytes, and 10000 are allowed")
    let huge = NPYHeader.magic + [2, 0, 255, 255, 255, 255]
    #expect(
      outcome(huge).message == "x: has a header of 4294967295 bytes, and 10000 are allowed")
  }

  @Test("every wrong length is refused")
  func truncated() {
    let file = ArrayFile.npy(Self.good, Self.two)
    for count in 0..<file.count { #expect(outcome(Array(file[..<count])).values == nil) }
    #expect(outcome(file + [0]).values == nil)
  }

  @Test("with any byte changed, the reader fails only with its own errors")
  func flipped() {
    let file = ArrayFile.npy(Self.good, Self.two)
    for position in file.indices {
      for change in [UInt8(1), 0x10, 0x80, 0xFF] {
        var other = file
        other[position] ^= change
        _ = outcome(other)
        _ = outcome(other, nil)
      }
    }
  }

  @Test("no memory is allocated for data beyond the limit")
  func limit() {
    var reader = TableReader<Float>(columns: ["cx", "pcx"])
    reader.memoryLimit = 7
    let error = #expect(throws: Failure.self) {
      _ = try reader.read(bytes: ArrayFile.npy(Self.good, Self.two), name: "x")
    }
    #expect(error?.message.hasPrefix("x: is larger than memory: 1 rows of 2 columns") == true)
  }
}
