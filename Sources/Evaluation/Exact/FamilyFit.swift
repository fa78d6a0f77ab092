import Glibc

/// Whether true geometries are as probable as their weights say, as they are for the family that the
/// data are from.
package struct FamilyFit: Hashable, Sendable {
  /// Events of which the true geometry is listed, and those of them where its weight is 0.
  package let events, impossible: Int
  /// Σ (−log w − E(−log w)) of the true geometries over its standard deviation, if the true ones were
  /// drawn with the weights w. nan where no event has a choice.
  package let deviation: Double

  package init(_ rows: [ExactRow]) {
    let weights = rows.compactMap { row in
      row.truth.flatMap { row.weights.isEmpty ? nil : (all: row.weights, true: row.weights[$0]) }
    }
    events = weights.count
    impossible = weights.count { $0.true <= 0 }
    var (difference, variance) = (0.0, 0.0)
    for event in weights where event.true > 0 {
      let possible = event.all.filter { $0 > 0 }
      let mean = possible.reduce(0) { $0 - $1 * log($1) }
      difference -= log(event.true) + mean
      variance += possible.reduce(-mean * mean) { $0 + $1 * log($1) * log($1) }
    }
    deviation = difference / variance.squareRoot()
  }

  /// Beyond what chance does to any data, and rounding to single events.
  package var isRefuted: Bool {
    abs(deviation) > 5 || Double(impossible) > 0.01 * Double(events)
  }
}
