/// The extent of a value: a dense, row-major matrix.
///
/// Rows are samples and columns are features; a scalar is 1×1. Nothing in the engine needs more
/// dimensions or strides.
package struct Shape: Hashable, Sendable {
  package let rows: Int
  package let columns: Int

  package init(_ rows: Int, _ columns: Int) {
    precondition(rows > 0 && columns > 0, "a value cannot be \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
  }

  package static let scalar = Shape(1, 1)
  package var count: Int { rows * columns }
}

extension Shape: CustomStringConvertible {
  package var description: String { "\(rows)×\(columns)" }
}
