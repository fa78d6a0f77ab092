import CText
import Text

/// Converts the fields of one row to numbers, or tells what is wrong with the row.
struct RowReader<Value: TableValue> {
  let header: CSVHeader
  let target: [Int32]
  /// Whether empty cells and nan are numbers that are not known, not errors.
  var allowsMissing = false

  enum Verdict {
    /// `underflows` counts numbers that are too small for the type and became 0.
    case good(underflows: Int)
    case bad(column: String? = nil, cause: String, advice: String? = nil)
  }

  /// Reads the row that `scanner` scanned last into `row`.
  func read(
    _ text: UnsafeBufferPointer<UInt8>, _ scanner: RowScanner, into row: UnsafeMutablePointer<Value>
  ) -> Verdict {
    if let problem = raggedness(text, scanner) { return problem }
    var underflows = 0
    for (field, column) in zip(scanner.fields, target) where column >= 0 {
      switch verdict(text, field, into: row + Int(column)) {
      case ct_number: continue
      case ct_underflow: underflows += 1
      case let verdict where allowsMissing && isMissing(verdict, Self.trimmed(text[field.range])):
        row[Int(column)] = .nan
      case let verdict:
        if isHeader(text, scanner) { return Self.secondHeader }
        let name = header.names.indices.first { target[$0] == column }.map { header.names[$0] }
        return bad(verdict, Self.trimmed(text[field.range]), column: name)
      }
    }
    return .good(underflows: underflows)
  }

  /// The verdict on a row that cannot be divided into fields.
  func broken(_ cause: RowScanner.Cause) -> Verdict {
    var column: String?
    switch cause {
    case .openQuote(let field), .textAfterQuote(let field):
      if field < header.names.count { column = header.names[field] }
    case .nul: break
    }
    let advice = cause == .nul ? "the file may be damaged or binary" : nil
    return .bad(
      column: column, cause: (column == nil ? "the row " : "") + cause.text, advice: advice)
  }

  private func verdict(
    _ text: UnsafeBufferPointer<UInt8>, _ field: Field, into value: UnsafeMutablePointer<Value>
  ) -> ct_verdict {
    let range = Self.trimmed(text[field.range]).indices
    guard let base = text.baseAddress, !range.isEmpty else { return ct_empty }
    return base.withMemoryRebound(to: CChar.self, capacity: text.count) {
      Value.functions.read($0 + range.lowerBound, $0 + range.upperBound, value)
    }
  }

  private func isMissing(_ verdict: ct_verdict, _ cell: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    verdict == ct_empty
      || (verdict == ct_not_finite && cell.contains { $0 | 0x20 == UInt8(ascii: "a") })
  }

  private func raggedness(
    _ text: UnsafeBufferPointer<UInt8>, _ scanner: RowScanner
  ) -> Verdict? {
    let wanted = header.names.count
    if scanner.count == wanted { return nil }
    // A delimiter at the end of the row makes an additional empty field.
    if scanner.count == wanted + 1, let last = scanner.fields.last,
      Self.trimmed(text[last.range]).isEmpty
    {
      return nil
    }
    let advice =
      scanner.count == 2 * wanted && header.delimiter == .comma
      ? "decimal commas? divide the columns by semicolons and write 1.5, not 1,5" : nil
    let fields = scanner.count == 1 ? "1 field" : "\(scanner.count) fields"
    return .bad(cause: "\(fields) where the header has \(wanted)", advice: advice)
  }

  private func isHeader(_ text: UnsafeBufferPointer<UInt8>, _ scanner: RowScanner) -> Bool {
    zip(scanner.fields, header.names).allSatisfy { field, name in
      Self.trimmed(text[field.range]).elementsEqual(name.utf8)
    }
  }

  private static var secondHeader: Verdict {
    .bad(
      cause: "the header appears again", advice: "were files joined? keep only the first header")
  }

  private func bad(
    _ verdict: ct_verdict, _ cell: Slice<UnsafeBufferPointer<UInt8>>, column: String?
  ) -> Verdict {
    let shown = Quotation.of(cell)
    switch verdict {
    case ct_empty: return .bad(column: column, cause: "the cell is empty")
    case ct_not_finite: return .bad(column: column, cause: "\(shown) is not a finite number")
    case ct_overflow:
      return .bad(column: column, cause: "\(shown) is too large for a \(Value.functions.name)")
    default:
      return .bad(
        column: column, cause: "\(shown) is not a number",
        advice: NumberStyle.advice(on: Array(cell.prefix(64))))
    }
  }

  private static func trimmed(
    _ cell: Slice<UnsafeBufferPointer<UInt8>>
  ) -> Slice<UnsafeBufferPointer<UInt8>> {
    var cell = cell
    while let last = cell.last, last == .space || last == .tab { cell = cell.dropLast() }
    while let first = cell.first, first == .space || first == .tab { cell = cell.dropFirst() }
    return cell
  }
}

/// Number formats of other programs that are not read.
enum NumberStyle {
  /// How to change such a number; nil if the cell is in no known format.
  static func advice(on cell: [UInt8]) -> String? {
    let others = cell.filter { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") }
    guard others.count < cell.count, others.count <= 4 else { return nil }
    if others.contains(.comma) { return "write decimals with a point, 1.5 instead of 1,5" }
    if others.contains(UInt8(ascii: "_")) { return "write numbers without underscores" }
    if others.contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) {
      return "write numbers in decimals; hexadecimal is not read"
    }
    if others.contains(where: { $0 | 0x20 == UInt8(ascii: "d") }) {
      return "write exponents with e: Fortran's 1d5 is 1e5"
    }
    if others.contains(where: { $0 == .space || $0 == UInt8(ascii: "'") }) {
      return "write numbers without separators between thousands"
    }
    return nil
  }
}
