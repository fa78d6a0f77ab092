/// A handle to one matrix in a graph.
package struct Value: Hashable, Sendable {
  package let id: Int
  package let shape: Shape
  package let kind: Kind

  package enum Kind: Sendable {
    /// `Float` on the devices, `Double` on the reference.
    case real
    /// `UInt32` everywhere: counters, seeds, column orders.
    case word
  }

  /// Whether kernels, which count elements by numbers of 32 bits, can have it.
  package var fitsKernels: Bool { shape.count <= Int(Int32.max) }

  /// Some neighboring columns of this value.
  package func columns(_ range: Range<Int>) -> Slice { Slice(value: self, columns: range) }

  /// This value as an operand that takes slices.
  package var all: Slice { Slice(value: self, columns: 0..<shape.columns) }
}

/// Neighboring columns of a value, read in place: a concatenation or a split that costs no copy.
package struct Slice: Hashable, Sendable {
  package let value: Value
  package let columns: Range<Int>

  package init(value: Value, columns: Range<Int>) {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= value.shape.columns && !columns.isEmpty,
      "columns \(columns) of a \(value.shape) value")
    self.value = value
    self.columns = columns
  }

  package var isWhole: Bool { columns.count == value.shape.columns }
}
