import Text

/// A named array in a file: its bytes are a view into the file's.
package struct Tensor: Sendable {
  package let name: String
  package let elementType: ElementType
  package let shape: [Int]
  /// Row-major, little-endian.
  package let bytes: ArraySlice<UInt8>
  /// The file, for messages.
  let path: String

  package var count: Int { shape.reduce(1, *) }

  /// The elements, which must be of this type.
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
