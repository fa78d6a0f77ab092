/// What the elements of an array are.
enum NPYElement: Hashable {
  case float32
  case float64
  /// Text of at most so many characters, four bytes each.
  case text(Int)

  /// In bytes.
  var size: Int {
    switch self {
    case .float32: 4
    case .float64: 8
    case .text(let characters): 4 * characters
    }
  }

  /// As numpy spells it.
  var name: String {
    switch self {
    case .float32: "<f4"
    case .float64: "<f8"
    case .text(let characters): "<U\(characters)"
    }
  }
}

/// What an NPY file says of its array before the elements.
struct NPYHeader: Hashable {
  var element: NPYElement
  /// Column after column instead of row after row.
  var isFortran = false
  var shape: [Int]
  /// Bytes before the elements, as they were read.
  var length = 0

  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  init(_ element: NPYElement, isFortran: Bool = false, shape: [Int]) {
    (self.element, self.isFortran, self.shape) = (element, isFortran, shape)
  }

  /// The bytes of the elements; nil if they are more than can be counted.
  var dataBytes: Int? {
    var bytes = max(1, element.size)
    // A zero hides no other dimension.
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

  /// `(2, 3)`, with the comma that a tuple of one needs.
  var shapeText: String {
    let dimensions = shape.map(String.init).joined(separator: ", ")
    return shape.count == 1 ? "(\(dimensions),)" : "(\(dimensions))"
  }

  /// The header as `np.save` writes it, to the byte.
  var bytes: [UInt8] {
    var text =
      "{'descr': '\(element.name)', 'fortran_order': \(isFortran ? "True" : "False"), "
      + "'shape': \(shapeText), }"
    // numpy leaves room for the first dimension to grow in place.
    let growing = isFortran ? shape.last : shape.first
    if let growing { text += String(repeating: " ", count: 21 - "\(growing)".count) }
    let preamble = Self.magic.count + 4
    // The elements start at a multiple of 64, and never without padding.
    let padding = 64 - (preamble + text.utf8.count + 1) % 64
    text += String(repeating: " ", count: padding) + "\n"
    let length = UInt16(text.utf8.count)
    return Self.magic + [1, 0] + LittleEndian.bytes(length) + Array(text.utf8)
  }
}
