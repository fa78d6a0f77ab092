/// How many geometries two independent searches missed, estimated from how many both found: capture
/// and recapture (Chapman 1951).
///
/// It assumes that every geometry is as easy to find as any other. Where some are much harder, both
/// searches miss the same ones, and the estimate is too small.
package struct Recapture: Sendable, Hashable {
  /// Found by the first, by the second, and by both.
  package var first = 0, second = 0, both = 0

  package init() {}

  package init(_ events: [FoundEvent]) {
    for geometry in events.flatMap(\.geometries) {
      let (first, second) = (geometry.arrivals.first > 0, geometry.arrivals.second > 0)
      self.first += first ? 1 : 0
      self.second += second ? 1 : 0
      both += first && second ? 1 : 0
    }
  }

  package static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.first += b.first
    sum.second += b.second
    sum.both += b.both
    return sum
  }

  /// Found by one of the two at least.
  package var found: Int { first + second - both }

  /// `(n₁ + 1)(n₂ + 1)/(m + 1) − 1` less those that were found.
  package var missed: Double {
    Double(first + 1) * Double(second + 1) / Double(both + 1) - 1 - Double(found)
  }

  /// The standard deviation of the estimate.
  package var error: Double {
    let all = Double(first + 1) * Double(second + 1)
    let alone = Double(first - both) * Double(second - both)
    let m = Double(both + 1)
    return (all * alone / (m * m * (m + 1))).squareRoot()
  }
}
