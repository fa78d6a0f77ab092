/// The element type of an array.
enum NPYElement: Hashable {
  case float32
  case float64
  /// Text of at most this many characters of four bytes.
  case text(Int)

  /// The size in bytes.
  var size: Int {
    switch self {
    case .float32: 4
    case .float64: 8
    case .text(let characters): 4 * characters
    }
  }

  /// The name in numpy.
  var name: String {
    switch self {
    case .float32: "<f4"
    case .float64: "<f8"
    case .text(let characters): "<U\(characters)"
    }
  }
}

/// The header of an NPY file.
struct NPYHeader: Hashable {
  var element: NPYElement
  /// Whether the array is column-major instead of row-major.
  var isFortran = false
  var shape: [Int]
  /// The number of bytes before the elements, if the header was read.
  var length = 0

  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  init(_ element: NPYElement, isFortran: Bool = false, shape: [Int]) {
    (self.element, self.isFortran, self.shape) = (element, isFortran, shape)
  }

  /// The size of the elements in bytes; nil if it overflows.
  var dataBytes: Int? {
    var bytes = max(1, element.size)
    // Overflow is found even if another dimension is zero.
    for dimension in shape where dimension > 0 {
      let (product, isTooLarge) = bytes.multipliedReportingOverflow(by: dimension)
      if isTooLarge { return nil }
      bytes = product
    }
    return shape.contains(0) || element.size == 0 ? 0 : bytes
  }

  /// Rows and columns; nil for an array that is neither a column nor a table of numbers.
  var matrix: (rows: Int, columns: Int)? {
    if case .text = element { return nil }
    switch shape.count {
    case 1: return (shape[0], 1)
    case 2 where shape[1] > 0: return (shape[0], shape[1])
    default: return nil
    }
  }

  /// An array of rows, samples and columns as one with a row for each sample; others as they are.
  var joiningSamples: NPYHeader {
    guard shape.count == 3, !isFortran else { return self }
    let (rows, isTooLarge) = shape[0].multipliedReportingOverflow(by: shape[1])
    var header = self
    if !isTooLarge { header.shape = [rows, shape[2]] }
    return header
  }

  /// The shape as in Python: `(2, 3)` or `(2,)`.
  var shapeText: String {
    let dimensions = shape.map(String.init).joined(separator: ", ")
    return shape.count == 1 ? "(\(dimensions),)" : "(\(dimensions))"
  }

  /// The header, with the same bytes as `np.save` writes.
  var bytes: [UInt8] {
    var text =
      "{'descr': '\(element.name)', 'fortran_order': \(isFortran ? "True" : "False"), "
      + "'shape': \(shapeText), }"
    // numpy pads the text so that the first dimension can grow in place.
    let growing = isFortran ? shape.last : shape.first
    if let growing { text += String(repeating: " ", count: 21 - "\(growing)".count) }
    let preamble = Self.magic.count + 4
    // The elements start at a multiple of 64 bytes, after at least one byte of padding.
    let padding = 64 - (preamble + text.utf8.count + 1) % 64
    text += String(repeating: " ", count: padding) + "\n"
    let length = UInt16(text.utf8.count)
    return Self.magic + [1, 0] + LittleEndian.bytes(length) + Array(text.utf8)
  }
}
