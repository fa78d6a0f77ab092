import CText
import Text

/// Rows of numbers under named columns, row after row in one block.
///
/// Training reads `Table<Float>`; whatever is computed from a table is computed in `Double`.
package final class Table<Value: TableValue> {
  package let columns: [String]
  package let rows: Int
  package let values: UnsafeMutableBufferPointer<Value>
  /// The number of rows before these, where this is a block of a file: for messages.
  package var firstRow = 0
  /// Those of the file; the values themselves are in atomic units.
  package internal(set) var units = DataUnits()

  /// A table of zeros, to be filled.
  package init(columns: [String], rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    values = .allocate(capacity: rows * columns.count)
    values.initialize(repeating: 0)
  }

  /// Takes over `values`, which must come from `malloc`, as Swift's own allocations do.
  init(columns: [String], rows: Int, owning values: UnsafeMutableBufferPointer<Value>) {
    precondition(values.count == rows * columns.count, "a table is rows times columns")
    (self.columns, self.rows, self.values) = (columns, rows, values)
  }

  deinit { values.deallocate() }

  package var width: Int { columns.count }

  /// The values of one row.
  package subscript(row: Int) -> UnsafeMutableBufferPointer<Value> {
    UnsafeMutableBufferPointer(rebasing: values[row * width..<(row + 1) * width])
  }

  package subscript(row: Int, column: Int) -> Value {
    get { values[row * width + column] }
    set { values[row * width + column] = newValue }
  }

  /// The columns of these names, in this order; nil if one is not there.
  package func indices(of names: [String]) -> [Int]? {
    let found = names.compactMap { columns.firstIndex(of: $0) }
    return found.count == names.count ? found : nil
  }

  /// The mean of each of some columns over some rows.
  package func means(of columns: [Int], rows: [UInt32]) -> [Value] {
    columns.map { column in
      Value(
        rows.reduce(0.0) { $0 + Double(self[Int($1), column]) } / Double(max(1, rows.count)))
    }
  }

  /// 32 hexadecimal digits that change with any column name, any value and the order of either,
  /// and not with how the file was formatted or packed.
  package var fingerprint: String {
    var hash: [UInt64] = [0, 0]
    let names = Array(columns.joined(separator: ",").utf8)
    ct_hash(names, names.count, UInt64(rows), &hash)
    ct_hash(values.baseAddress, values.count * MemoryLayout<Value>.stride, hash[0] ^ hash[1], &hash)
    return hash.map { String($0, radix: 16).padded(to: 16) }.joined()
  }
}

/// What a table holds.
package protocol TableValue: BinaryFloatingPoint, Sendable, SendableMetatype {
  static var functions: ValueFunctions<Self> { get }
}

/// How values of a type are read from text and from arrays, and written: functions of `CText`.
package struct ValueFunctions<Value>: Sendable {
  /// Reads the number in the text of a cell.
  let read:
    @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutablePointer<Value>) ->
      ct_verdict
  /// Reads the plain rows at the start of a text.
  let readRows:
    @Sendable (
      UnsafePointer<ct_layout>, UnsafePointer<CChar>, Int, UnsafeMutablePointer<Value>, Int,
      UnsafeMutablePointer<Int>
    ) -> Int
  /// Copies numbers of an array to places of a table, and returns how many underflow.
  let place: @Sendable (UnsafeRawPointer, Bool, Int, Int, UnsafeMutablePointer<Value>, Int) -> Int
  /// Writes a number as text, and returns the end of it.
  let write: @Sendable (UnsafeMutablePointer<CChar>, Value, Int32) -> UnsafeMutablePointer<CChar>?
  /// How many numbers are finite before the first that is not.
  let finite: @Sendable (UnsafePointer<Value>, Int) -> Int
  /// Whether a value stands for a number of an array that was too large for the type.
  let isTooLarge: @Sendable (Value) -> Bool
  /// For messages, as in "too large for a 32-bit float".
  let name: String
}

extension Float: TableValue {
  package static let functions = ValueFunctions<Float>(
    read: ct_read_float, readRows: ct_float_rows, place: ct_place_float, write: ct_format_float,
    finite: ct_finite_floats, isTooLarge: ct_is_too_large, name: "32-bit float")
}

extension Double: TableValue {
  package static let functions = ValueFunctions<Double>(
    read: ct_read_double, readRows: ct_double_rows, place: ct_place_double, write: ct_format,
    finite: ct_finite_doubles, isTooLarge: { _ in false }, name: "64-bit float")
}
