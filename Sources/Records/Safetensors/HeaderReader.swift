/// Reads a header: `{"name": {"dtype": …, "shape": […], "data_offsets": […]}, …}`.
struct HeaderReader {
  private var scanner: HeaderScanner
  private var header = Header()

  static func read(
    _ bytes: [UInt8], _ range: Range<Int>, path: String
  ) throws -> Header {
    var reader = HeaderReader(scanner: HeaderScanner(bytes, range, path: path))
    try reader.readTensors()
    return reader.header
  }

  private init(scanner: HeaderScanner) { self.scanner = scanner }

  private mutating func readTensors() throws {
    var header = Header()
    try scanner.object(most: Header.mostTensors) { scanner, name in
      if name == "__metadata__" {
        try Self.readMetadata(&scanner, into: &header)
      } else {
        header.entries.append(try Self.entry(name, &scanner))
      }
    }
    if scanner.next() != nil { throw scanner.fault("text after the last brace") }
    self.header = header
  }

  private static func readMetadata(
    _ scanner: inout HeaderScanner, into header: inout Header
  ) throws {
    if scanner.next() == UInt8(ascii: "n") { return try scanner.skipWord("null") }
    try scanner.object(most: Header.mostMetadata) { scanner, name in
      guard scanner.next() == UInt8(ascii: "\"") else {
        throw scanner.fault("metadata '\(name)' is not a text")
      }
      let start = scanner.position + 1
      header.metadata[name] = try scanner.string()
      if name == Seal.digestKey { header.digestRange = start..<scanner.position - 1 }
    }
  }

  private static func entry(
    _ name: String, _ scanner: inout HeaderScanner
  ) throws -> Header.Entry {
    _ = scanner.next()
    let start = scanner.position
    var (type, shape, offsets): (ElementType?, [Int]?, [Int]?)
    try scanner.object { scanner, field in
      switch field {
      case "dtype": type = try Self.type(&scanner)
      case "shape": shape = try Self.naturals(&scanner, most: 64)
      case "data_offsets": offsets = try Self.naturals(&scanner, most: 2)
      default: try scanner.skipValue()
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw scanner.fault("'\(name)' lacks a type, a shape or two offsets", at: start)
    }
    guard offsets[0] <= offsets[1] else {
      throw scanner.fault("'\(name)' ends before it begins", at: start)
    }
    guard type.byteCount(of: shape) == offsets[1] - offsets[0] else {
      throw scanner.fault(
        "'\(name)' has \(offsets[1] - offsets[0]) bytes, which are no \(type.rawValue) of shape "
          + "\(shape)", at: start)
    }
    return Header.Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  private static func type(_ scanner: inout HeaderScanner) throws -> ElementType {
    _ = scanner.next()
    let start = scanner.position
    let text = try scanner.string()
    guard let type = ElementType(rawValue: text) else {
      throw scanner.fault("no type is called '\(text)'", at: start)
    }
    return type
  }

  private static func naturals(
    _ scanner: inout HeaderScanner, most: Int
  ) throws -> [Int] {
    var numbers: [Int] = []
    try scanner.list("[", "]") { scanner in
      numbers.append(try scanner.natural())
      if numbers.count > most { throw scanner.fault("more than \(most) numbers") }
    }
    return numbers
  }
}
