/// Mean, spread and range of a column, by Welford's recurrence: no cancellation.
package struct ColumnStatistics: Sendable, Equatable {
  package private(set) var count = 0
  package private(set) var mean = 0.0
  package private(set) var least = Double.infinity
  package private(set) var most = -Double.infinity
  private var squares = 0.0

  package init() {}

  package mutating func add(_ x: Double) {
    count += 1
    let distance = x - mean
    mean += distance / Double(count)
    squares += distance * (x - mean)
    least = x < least ? x : least
    most = x > most ? x : most
  }

  /// Chan's rule for two parts of a column.
  package mutating func add(_ other: Self) {
    guard other.count > 0 else { return }
    let distance = other.mean - mean
    let whole = Double(count + other.count)
    mean += distance * Double(other.count) / whole
    squares += other.squares + distance * distance * Double(count) * Double(other.count) / whole
    count += other.count
    least = min(least, other.least)
    most = max(most, other.most)
  }

  /// Of the population: divided by the count.
  package var variance: Double { count > 0 ? max(0, squares / Double(count)) : 0 }
  package var standardDeviation: Double { variance.squareRoot() }
}
