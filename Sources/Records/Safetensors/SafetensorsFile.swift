import Text

/// A safetensors file: named tensors, which are checked completely before any of them can be used.
///
/// It refuses every file that the reference implementation refuses, and also duplicate names,
/// products of dimensions that overflow, and headers beyond the limits of `Header`.
package struct SafetensorsFile: Sendable {
  /// The path of the file, for messages.
  package let path: String
  /// The metadata of the file, without those of the seal.
  package let metadata: [String: String]
  /// The tensors, in the order of their data.
  package let tensors: [Tensor]
  /// Whether the file has a checksum of Implode. A wrong checksum is an error.
  package let isSealed: Bool
  private let places: [[UInt8]: Int]

  /// Whether the file must have a checksum of Implode.
  package enum Trust: Sendable {
    /// The checksum is required: for checkpoints.
    case sealed
    /// The checksum is optional, but must be right: for files of other programs.
    case any
  }

  package init(
    _ bytes: [UInt8], path: String, trust: Trust = .any
  ) throws {
    let data = try Self.headerEnd(bytes, path: path)
    var header = try HeaderReader.read(bytes, 8..<data, path: path)
    try header.lay(over: bytes.count - data, path: path)
    isSealed = try Seal.verify(bytes, header, path: path)
    if trust == .sealed && !isSealed {
      throw Failure(
        in: path, "no checksum of Implode", hint: "name a file that Implode has written")
    }
    self.path = path
    tensors = header.entries.map { entry in
      let range = data + entry.range.lowerBound..<data + entry.range.upperBound
      return Tensor(
        name: entry.name, elementType: entry.type, shape: entry.shape, bytes: bytes[range],
        path: path)
    }
    places = Dictionary(
      tensors.enumerated().map { (Array($1.name.utf8), $0) },
      uniquingKeysWith: { first, _ in first })
    metadata = header.metadata.filter { $0.key != Seal.versionKey && $0.key != Seal.digestKey }
  }

  /// The tensor of this name; nil if there is none.
  package subscript(_ name: String) -> Tensor? { places[Array(name.utf8)].map { tensors[$0] } }

  /// The elements of a tensor; throws if its type or shape is another.
  package func elements<Element: TensorElement>(
    _ name: String, of type: Element.Type = Element.self, shape: [Int]
  ) throws -> [Element] {
    guard let tensor = self[name] else {
      throw Failure(
        in: path, "there is no '\(name)'", hint: "the file belongs to another kind of model")
    }
    guard tensor.shape == shape else {
      throw Failure(
        in: path, "'\(name)' has shape \(tensor.shape), and \(shape) is needed",
        hint: "the file belongs to a model of other sizes")
    }
    return try tensor.elements(of: type)
  }

  /// The position at which the data begin.
  private static func headerEnd(_ bytes: [UInt8], path: String) throws -> Int {
    guard bytes.count >= 8 else {
      throw Failure(in: path, "\(bytes.count) bytes are no safetensors file")
    }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Header.mostBytes) else {
      throw Failure(in: path, "a header of \(length) bytes, where \(Header.mostBytes) are allowed")
    }
    let end = 8 + Int(length)
    guard end <= bytes.count else {
      throw Failure(in: path, "a header of \(length) bytes in a file of \(bytes.count)")
    }
    return end
  }
}
