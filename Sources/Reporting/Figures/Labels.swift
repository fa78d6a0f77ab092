import Physics
import Text

/// Labels of quantities in figures.
enum Labels {
  /// `C x` for the column `cx`.
  static func columns(_ molecule: Molecule) -> [String] {
    molecule.labels.flatMap { name in ["x", "y", "z"].map { "\(name) \($0)" } }
  }

  /// A number in a title, with three significant digits.
  static func short(_ x: Double) -> String { Numbers.significant(x, digits: 3) }

  static func percent(_ share: Double) -> String {
    share.isFinite ? "\(Numbers.significant(100 * share, digits: 2))\u{A0}%" : "not finite"
  }

  /// A sentence about rows that a figure does not show; nil for none.
  static func left(_ count: Int, of total: Int, because reason: String) -> String? {
    count == 0
      ? nil : "\(Numbers.grouped(count)) of \(Numbers.grouped(total)) \(reason)."
  }
}

/// Columns of a row-major array.
enum Rows {
  static func column(_ values: [Float], _ column: Int, width: Int) -> [Double] {
    stride(from: column, to: values.count, by: width).map { Double(values[$0]) }
  }

  /// The number of rows with a value that is not finite.
  static func notFinite(_ values: [Float], width: Int) -> Int {
    (0..<values.count / width).count { row in
      !values[row * width..<(row + 1) * width].allSatisfy(\.isFinite)
    }
  }
}
