import Glibc

/// How many values fall into each of equally wide bins.
struct Histogram: Hashable, Sendable {
  let range: ClosedRange<Double>
  private(set) var counts: [Int]
  /// Values outside the range; what is not finite counts nowhere.
  private(set) var outside = 0

  /// Bins hold their lower edge; the last one holds its upper edge too.
  init(_ values: [Double], range: ClosedRange<Double>, bins: Int) {
    precondition(bins > 0 && range.lowerBound < range.upperBound)
    self.range = range
    counts = [Int](repeating: 0, count: bins)
    for value in values where value.isFinite {
      if let bin = Self.bin(value, range, bins) { counts[bin] += 1 } else { outside += 1 }
    }
  }

  /// As many bins as show the form of so many values and not their noise.
  static func bins(for count: Int) -> Int {
    max(12, min(64, Int(2.6 * cbrt(Double(count)))))
  }

  static func bin(_ value: Double, _ range: ClosedRange<Double>, _ bins: Int) -> Int? {
    guard range.contains(value) else { return nil }
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return min(bins - 1, Int(share * Double(bins)))
  }

  var width: Double { (range.upperBound - range.lowerBound) / Double(counts.count) }

  /// The lower edges, and the last upper one.
  var edges: [Double] { (0...counts.count).map { range.lowerBound + Double($0) * width } }

  /// The share of all finite values in each bin, over its width: an integral of at most 1.
  var density: [Double] {
    let total = Double(max(1, counts.reduce(outside, +)))
    return counts.map { Double($0) / total / width }
  }

  /// The outline for gnuplot's `steps`: from zero, over every bin, back to zero.
  static func outline(_ heights: [Double]) -> [Double] { [0] + heights + [0] }

  /// Where the points of `outline` are.
  var outlineEdges: [Double] { [range.lowerBound] + edges }
}
