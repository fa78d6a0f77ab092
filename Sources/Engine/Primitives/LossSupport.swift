/// The weight of a row in the mean of a loss term: weight / valid rows, and 0 beyond them.
struct RowWeight<E: Real> {
  private let validRows: Int
  let each: E

  init(validRows: Int, weight: E) {
    self.validRows = validRows
    each = validRows > 0 ? weight / E(validRows) : 0
  }

  func callAsFunction(_ row: Int) -> E { row < validRows ? each : 0 }

  /// How many of `items`, from the first on, count.
  func rows(from items: Range<Int>) -> Int {
    max(0, min(items.count, validRows - items.lowerBound))
  }
}

extension Tile {
  func weight(of term: Objective.Term) -> RowWeight<E> {
    RowWeight(
      validRows: Int(words(term.clock)[Clock.Word.validRows.rawValue]),
      weight: whole(term.weights)[term.index])
  }
}

extension BinaryFloatingPoint {
  /// −1, 0 or 1.
  var signOrZero: Self { self > 0 ? 1 : self < 0 ? -1 : 0 }
}

extension Tile {
  /// Overwrites or adds to an element of a gradient.
  @inline(__always)
  func contribute(_ x: E, to place: ReversePass.Contribution, at index: Int) {
    let elements = self[place.value]
    elements[index] = place.accumulates ? elements[index] + x : x
  }
}
