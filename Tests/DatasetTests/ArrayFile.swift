import Foundation
import Machine
import Text

@testable import Datasets

/// Files of arrays, made for tests.
enum ArrayFile {
  /// An NPY file with this text as its header.
  static func npy(
    _ header: String, _ elements: [UInt8] = [], version: [UInt8] = [1, 0]
  ) -> [UInt8] {
    let text = Array((header + "\n").utf8)
    let length =
      version[0] == 1
      ? LittleEndian.bytes(UInt16(text.count)) : LittleEndian.bytes(UInt32(text.count))
    return NPYHeader.magic + version + length + text + elements
  }

  static func dictionary(_ element: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(element)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }"
  }

  /// A table as `np.save` writes it.
  static func npy(_ values: [Double], shape: [Int], element: NPYElement = .float64) -> [UInt8] {
    let numbers =
      element == .float64
      ? values.flatMap { LittleEndian.bytes($0.bitPattern) }
      : values.flatMap { LittleEndian.bytes(Float($0).bitPattern) }
    return NPYHeader(element, shape: shape).bytes + numbers
  }

  static func npz(_ arrays: [(name: String, bytes: [UInt8])]) throws -> [UInt8] {
    let file = TemporaryFile(named: "x.npz")
    let writer = try ZipWriter(file.path)
    for array in arrays {
      try writer.begin(array.name, size: array.bytes.count)
      try writer.write(array.bytes)
      try writer.end()
    }
    try writer.close()
    return file.bytes
  }

  /// Two rows of `cx` and `pcx` in an array `data`, as `np.savez` and `np.savez_compressed` of numpy
  /// 2.4 write them.
  static let saved = bytes(
    """
    UEsDBC0AAAAAAAAAIQAMSJuL//////////8IABQAZGF0YS5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rl
    c2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAyKSwgfSAgICAgICAgICAgICAgICAg
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAIEAAAEDAAACAQFBLAwQtAAAAAAAAACEA
    n6y7o///////////CwAUAGNvbHVtbnMubnB5AQAQAJgAAAAAAAAAmAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8VTMn
    LCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCmMAAAB4AAAAAAAAAHAAAABjAAAAeAAAAFBLAQItAy0AAAAAAAAAIQAM
    SJuLkAAAAJAAAAAIAAAAAAAAAAAAAACAAQAAAABkYXRhLm5weVBLAQItAy0AAAAAAAAAIQCfrLujmAAAAJgAAAALAAAAAAAA
    AAAAAACAAcoAAABjb2x1bW5zLm5weVBLBQYAAAAAAgACAG8AAACfAQAAAAA=
    """)
  static let savedCompressed = bytes(
    """
    UEsDBC0AAAAIAAAAIQAMSJuL//////////8IABQAZGF0YS5ucHkBABAAkAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6S
    WpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgaGBnsGBgUHBgaHA0C2AwBQ
    SwMELQAAAAgAAAAhAJ+su6P//////////wsAFABjb2x1bW5zLm5weQEAEACYAAAAAAAAAFAAAAAAAAAAm+wX6hsQychQxlCt
    npJanFykbqWgbhNqrK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQArmQGBoYKBggoAGIYHwBQSwEC
    LQMtAAAACAAAACEADEibi1UAAACQAAAACAAAAAAAAAAAAAAAgAEAAAAAZGF0YS5ucHlQSwECLQMtAAAACAAAACEAn6y7o1AA
    AACYAAAACwAAAAAAAAAAAAAAgAGPAAAAY29sdW1ucy5ucHlQSwUGAAAAAAIAAgBvAAAAHAEAAAAA
    """)

  private static func bytes(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}

/// What reading `bytes` comes to: the values, or the message.
func outcome(
  _ bytes: [UInt8], _ columns: [String]? = ["cx", "pcx"], _ badRows: BadRowPolicy = .error
) -> (values: [Float]?, message: String, hint: String) {
  do throws(Failure) {
    let reading = try TableReader<Float>(columns: columns, badRows: badRows)
      .read(bytes: bytes, name: "x")
    return (Array(reading.table.values), "", "")
  } catch {
    return (nil, error.message, error.hint)
  }
}
