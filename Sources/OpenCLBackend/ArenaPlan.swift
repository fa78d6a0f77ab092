import Engine

/// Where values lie on a device: one after another in one buffer, or in several where the device
/// limits the size of one.
struct ArenaPlan {
  private(set) var places: [Place] = []
  /// In bytes.
  private(set) var bufferSizes: [Int] = []

  struct Place {
    let value: Value
    let buffer: Int
    /// In bytes from the start of the buffer.
    let offset: Int
  }

  /// - Throws: if a single value exceeds the limit.
  init(_ values: [Value], on device: OpenCLProperties) throws(OpenCLError) {
    for value in values {
      let size = value.byteCount
      if size > device.maximumAllocation {
        throw .value(of: "\(value.shape)", needing: size, on: device)
      }
      let end = bufferSizes.last ?? 0
      let offset = (end + device.alignment - 1) / device.alignment * device.alignment
      if bufferSizes.isEmpty || offset + size > device.maximumAllocation {
        places.append(Place(value: value, buffer: bufferSizes.count, offset: 0))
        bufferSizes.append(size)
      } else {
        places.append(Place(value: value, buffer: bufferSizes.count - 1, offset: offset))
        bufferSizes[bufferSizes.count - 1] = offset + size
      }
    }
  }

  var byteCount: Int { bufferSizes.reduce(0, +) }
}

extension Value {
  /// Words and reals alike take four bytes an element.
  var byteCount: Int { shape.count * 4 }
}
