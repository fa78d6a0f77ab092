import Text

/// Reads the elements of one array into the columns of a block.
struct ArrayLoader<Value: TableValue> {
  let header: NPYHeader
  let source: any ArraySource
  /// For each column of the array its column in the block; nil if it is not read.
  let targets: [Int?]

  /// The number of bytes read at a time, which fit into the cache of a CPU; at least one row is.
  private static var chunk: Int { 1 << 18 }

  /// Whether the array is row-major, so that it can be read in blocks of rows.
  var isRowAfterRow: Bool { !header.isFortran || targets.count == 1 }

  /// Reads all elements and checks that nothing follows.
  func load(into block: ArrayBlock<Value>) throws(Failure) {
    guard let (rows, columns) = header.matrix else { return }
    if header.isFortran {
      for column in 0..<columns {
        try read(rows, [targets[column]], into: block)
      }
    } else {
      try read(rows, targets, into: block)
    }
    try source.finish()
  }

  /// Reads the next rows of a row-major array.
  func load(rows: Int, into block: ArrayBlock<Value>) throws(Failure) {
    try read(rows, targets, into: block)
  }

  /// Reads rows of `targets.count` elements.
  private func read(
    _ rows: Int, _ targets: [Int?], into block: ArrayBlock<Value>
  ) throws(Failure) {
    let size = header.element.size
    let step = targets.count * size
    let most = max(1, Self.chunk / step)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, min(rows, most) * step), alignment: 16)
    defer { buffer.deallocate() }
    var row = 0
    while row < rows {
      let count = min(most, rows - row)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count * step)])
      let filled = try source.read(into: bytes)
      guard filled == bytes.count, let base = bytes.baseAddress else {
        throw source.place.damaged("ends inside its elements")
      }
      for (column, target) in targets.enumerated() {
        guard let target else { continue }
        block.place(
          base + column * size, isWide: header.element == .float64, count: count, step: step,
          column: target, row: row)
      }
      row += count
    }
  }
}

/// Reads the names of columns from an array of text.
enum ArrayText {
  /// The largest size of a list of names.
  private static let mostBytes = 1 << 20

  static func read(
    _ header: NPYHeader, _ source: some ArraySource
  ) throws(Failure) -> [String] {
    guard case .text(let characters) = header.element, header.shape.count == 1,
      let count = header.shape.first, let bytes = header.dataBytes
    else {
      throw source.place.error(
        "is not a list of names",
        hint: "make it with np.array(['cx', 'cy', …]); the name 'columns' is taken for that")
    }
    guard bytes <= mostBytes, characters > 0 || count == 0 else {
      throw source.place.damaged("holds names that are too long or empty")
    }
    let text = try source.bytes(bytes)
    guard text.count == bytes else { throw source.place.damaged("ends inside its elements") }
    try source.finish()
    var names: [String] = []
    for start in stride(from: 0, to: bytes, by: max(1, 4 * characters)) {
      names.append(try name(text[start..<(start + 4 * characters)], source.place))
    }
    return names
  }

  /// A name, from characters that are padded with zeros.
  private static func name(
    _ bytes: ArraySlice<UInt8>, _ place: ArrayPlace
  ) throws(Failure) -> String {
    var scalars = stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map {
      LittleEndian.read(UInt32.self, from: bytes, at: $0 - bytes.startIndex)
    }
    while scalars.last == 0 { scalars.removeLast() }
    var name = ""
    for value in scalars {
      guard value != 0, let scalar = Unicode.Scalar(value) else {
        throw place.damaged("holds a name that is no text")
      }
      name.unicodeScalars.append(scalar)
    }
    guard !name.isEmpty else { throw place.damaged("holds an empty name") }
    return name
  }
}
