import Text

/// Builds the bytes of a file of named tensors.
///
/// Equal content gives equal bytes, in whatever order it was added. As in the reference
/// implementation, tensors are sorted by decreasing element size and then by name. The data begin
/// at a multiple of 64 bytes, so that every tensor is aligned to its elements.
package struct SafetensorsWriter: Sendable {
  private var metadata: [String: String]
  private var tensors: [(entry: Header.Entry, bytes: [UInt8])] = []
  private var names: Set<String> = ["__metadata__"]

  package init(metadata: [String: String] = [:]) {
    precondition(
      metadata[Seal.versionKey] == nil && metadata[Seal.digestKey] == nil,
      "the metadata of the seal are written by the writer")
    self.metadata = metadata
  }

  /// Adds a tensor in row-major order.
  package mutating func add<Element: TensorElement>(
    _ name: String, shape: [Int], _ elements: [Element]
  ) {
    add(name, type: Element.elementType, shape: shape, elements.withUnsafeBytes { Array($0) })
  }

  /// Adds a tensor of any type of the format, given as bytes.
  package mutating func add(_ name: String, type: ElementType, shape: [Int], _ bytes: [UInt8]) {
    precondition(names.insert(name).inserted, "there is a tensor '\(name)' already")
    precondition(
      shape.allSatisfy { $0 >= 0 } && type.byteCount(of: shape) == bytes.count,
      "\(bytes.count) bytes for '\(name)', \(type.rawValue) of shape \(shape)")
    let entry = Header.Entry(name: name, type: type, shape: shape, range: 0..<bytes.count)
    tensors.append((entry, bytes))
  }

  /// The complete file, with its checksum.
  package func bytes() throws -> [UInt8] {
    let tensors = self.tensors.sorted { a, b in
      (b.entry.type.bits, a.entry.name) < (a.entry.type.bits, b.entry.name)
    }
    let (text, digest) = header(tensors.map(\.entry))
    guard text.count <= Header.mostBytes, tensors.count < Header.mostTensors else {
      throw Failure(
        "a safetensors file of \(tensors.count) tensors and a header of \(text.count) bytes",
        hint: "at most \(Header.mostTensors - 1) tensors and \(Header.mostBytes) bytes are possible"
      )
    }
    var file: [UInt8] = []
    file.reserveCapacity(8 + text.count + tensors.reduce(0) { $0 + $1.bytes.count })
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(contentsOf: text)
    for tensor in tensors { file.append(contentsOf: tensor.bytes) }
    let range = digest.lowerBound + 8..<digest.upperBound + 8
    file.replaceSubrange(range, with: Seal.digest(of: file, at: range).utf8)
    return file
  }

  /// The header with a blank digest, and the position of the digest in it.
  private func header(_ entries: [Header.Entry]) -> (text: [UInt8], digest: Range<Int>) {
    let opening =
      "{\"__metadata__\":{\"\(Seal.versionKey)\":\"\(Seal.version)\",\"\(Seal.digestKey)\":\""
    var text = Array(opening.utf8)
    let digest = text.count..<text.count + Seal.blank.count
    text += Seal.blank
    text.append(UInt8(ascii: "\""))
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      text += ",\(JSON.quote(key)):\(JSON.quote(value))".utf8
    }
    text.append(UInt8(ascii: "}"))
    var offset = 0
    for entry in entries {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let end = offset + entry.range.count
      text += ",\(JSON.quote(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\",".utf8
      text += "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}".utf8
      offset = end
    }
    text.append(UInt8(ascii: "}"))
    let padding = (64 - (8 + text.count) % 64) % 64
    text += [UInt8](repeating: UInt8(ascii: " "), count: padding)
    return (text, digest)
  }
}
