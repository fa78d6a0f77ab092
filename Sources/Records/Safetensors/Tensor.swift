import Text

/// A named array of a file. It shares the bytes of the file.
package struct Tensor: Sendable {
  package let name: String
  package let elementType: ElementType
  package let shape: [Int]
  /// Row-major, little-endian.
  package let bytes: ArraySlice<UInt8>
  /// The path of the file, for messages.
  let path: String

  package var count: Int { shape.reduce(1, *) }

  /// The elements; throws if they are of another type.
  package func elements<Element: TensorElement>(
    of type: Element.Type = Element.self
  ) throws -> [Element] {
    guard elementType == Element.elementType else {
      throw Failure(
        in: path, "'\(name)' is \(elementType.rawValue), not \(Element.elementType.rawValue)",
        hint: "the file was written by another program or another version of this one")
    }
    return bytes.withUnsafeBytes { bytes in
      [Element](unsafeUninitializedCapacity: count) { buffer, used in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        used = count
      }
    }
  }
}
