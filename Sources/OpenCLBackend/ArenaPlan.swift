package import Engine

/// Where values lie on a device: one after another in one buffer, or in several where the device
/// limits the size of one.
package struct ArenaPlan {
  package private(set) var places: [Place] = []
  /// In bytes.
  package private(set) var bufferSizes: [Int] = []

  package struct Place {
    package let value: Value
    package let buffer: Int
    /// In bytes from the start of the buffer.
    package let offset: Int
  }

  /// - Parameters:
  ///   - alignment: of every value, in bytes.
  ///   - limit: the most bytes of a buffer; a single value beyond it is the caller's to refuse.
  package init(_ values: [Value], alignment: Int, limit: Int) {
    for value in values {
      let end = (bufferSizes.last ?? 0) + alignment - 1
      let offset = end / alignment * alignment
      if bufferSizes.isEmpty || offset + value.byteCount > limit {
        places.append(Place(value: value, buffer: bufferSizes.count, offset: 0))
        bufferSizes.append(value.byteCount)
      } else {
        places.append(Place(value: value, buffer: bufferSizes.count - 1, offset: offset))
        bufferSizes[bufferSizes.count - 1] = offset + value.byteCount
      }
    }
  }

  package var byteCount: Int { bufferSizes.reduce(0, +) }
}

extension Value {
  /// Words and reals alike take four bytes an element.
  package var byteCount: Int { shape.count * 4 }
}
