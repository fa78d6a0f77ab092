package import CText

/// Rows of numbers under named columns, row after row in one block.
///
/// Training reads `Table<Float>`; whatever is computed from a table is computed in `Double`.
package final class Table<Value: TableValue> {
  package let columns: [String]
  package let rows: Int
  package let values: UnsafeMutableBufferPointer<Value>

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
    return hash.map {
      let digits = String($0, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

/// What a table holds, and how it is read from text and from arrays.
package protocol TableValue: BinaryFloatingPoint, Sendable, SendableMetatype {
  /// The number in a cell's text, as `ct_read_float`.
  static func read(
    _ first: UnsafePointer<CChar>, _ last: UnsafePointer<CChar>,
    into value: UnsafeMutablePointer<Self>
  ) -> ct_verdict
  /// The plain rows at the start of `text`, as `ct_float_rows`.
  static func readRows(
    _ layout: inout ct_layout, _ text: UnsafePointer<CChar>, length: Int,
    into values: UnsafeMutablePointer<Self>, capacity: Int, rows: inout Int
  ) -> Int
  /// Copies numbers of an array to places of a table, as `ct_place_float`; the underflows.
  static func place(
    _ source: UnsafeRawPointer, isWide: Bool, count: Int, step: Int,
    at target: UnsafeMutablePointer<Self>, targetStep: Int
  ) -> Int
  /// Writes the number as text, and returns the end, as `ct_format`.
  static func write(
    _ value: Self, digits: Int32, to text: UnsafeMutablePointer<CChar>
  ) -> UnsafeMutablePointer<CChar>
  /// How many numbers are finite before the first that is not.
  static func finite(_ values: UnsafePointer<Self>, count: Int) -> Int
  /// Whether this stands for a number of an array that was too large for the type.
  var isTooLarge: Bool { get }
  /// For messages, as in "too large for a 32-bit float".
  static var name: String { get }
}

extension Float: TableValue {
  package static func read(
    _ first: UnsafePointer<CChar>, _ last: UnsafePointer<CChar>,
    into value: UnsafeMutablePointer<Float>
  ) -> ct_verdict { ct_read_float(first, last, value) }

  package static func readRows(
    _ layout: inout ct_layout, _ text: UnsafePointer<CChar>, length: Int,
    into values: UnsafeMutablePointer<Float>, capacity: Int, rows: inout Int
  ) -> Int { ct_float_rows(&layout, text, length, values, capacity, &rows) }

  package static func place(
    _ source: UnsafeRawPointer, isWide: Bool, count: Int, step: Int,
    at target: UnsafeMutablePointer<Float>, targetStep: Int
  ) -> Int { ct_place_float(source, isWide, count, step, target, targetStep) }

  package static func write(
    _ value: Float, digits: Int32, to text: UnsafeMutablePointer<CChar>
  ) -> UnsafeMutablePointer<CChar> { ct_format_float(text, value, digits) }

  package static func finite(_ values: UnsafePointer<Float>, count: Int) -> Int {
    ct_finite_floats(values, count)
  }

  package var isTooLarge: Bool { ct_is_too_large(self) }

  package static var name: String { "32-bit float" }
}

extension Double: TableValue {
  package static func read(
    _ first: UnsafePointer<CChar>, _ last: UnsafePointer<CChar>,
    into value: UnsafeMutablePointer<Double>
  ) -> ct_verdict { ct_read_double(first, last, value) }

  package static func readRows(
    _ layout: inout ct_layout, _ text: UnsafePointer<CChar>, length: Int,
    into values: UnsafeMutablePointer<Double>, capacity: Int, rows: inout Int
  ) -> Int { ct_double_rows(&layout, text, length, values, capacity, &rows) }

  package static func place(
    _ source: UnsafeRawPointer, isWide: Bool, count: Int, step: Int,
    at target: UnsafeMutablePointer<Double>, targetStep: Int
  ) -> Int { ct_place_double(source, isWide, count, step, target, targetStep) }

  package static func write(
    _ value: Double, digits: Int32, to text: UnsafeMutablePointer<CChar>
  ) -> UnsafeMutablePointer<CChar> { ct_format(text, value, digits) }

  package static func finite(_ values: UnsafePointer<Double>, count: Int) -> Int {
    ct_finite_doubles(values, count)
  }

  package var isTooLarge: Bool { false }

  package static var name: String { "64-bit float" }
}
