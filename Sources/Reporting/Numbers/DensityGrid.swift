/// How many points fall into each cell of a grid.
struct DensityGrid: Hashable, Sendable {
  let xRange, yRange: ClosedRange<Double>
  /// Cells along each side.
  let bins: Int
  /// Row by row from the lowest y, each from the lowest x.
  private(set) var counts: [Int]
  /// Finite points outside the ranges, and points of which a coordinate is not finite.
  private(set) var outside = 0
  private(set) var notFinite = 0

  init(
    _ x: [Double], _ y: [Double], xRange: ClosedRange<Double>, yRange: ClosedRange<Double>,
    bins: Int
  ) {
    precondition(x.count == y.count && bins > 0)
    (self.xRange, self.yRange, self.bins) = (xRange, yRange, bins)
    counts = [Int](repeating: 0, count: bins * bins)
    for (x, y) in zip(x, y) {
      guard x.isFinite && y.isFinite else {
        notFinite += 1
        continue
      }
      if let i = Histogram.bin(x, xRange, bins), let j = Histogram.bin(y, yRange, bins) {
        counts[j * bins + i] += 1
      } else {
        outside += 1
      }
    }
  }

  var largest: Int { counts.max() ?? 0 }

  /// The middles of the cells and what they hold, for gnuplot's `image`; empty cells are nan, so
  /// that the paper shows through.
  func block(_ name: String, columns: [String]) -> DataBlock {
    func middle(_ cell: Int, _ range: ClosedRange<Double>) -> Double {
      range.lowerBound
        + (Double(cell) + 0.5) / Double(bins) * (range.upperBound - range.lowerBound)
    }
    let cells = counts.indices
    return DataBlock(
      name, columns: columns + ["rows"],
      values: [
        cells.map { middle($0 % bins, xRange) }, cells.map { middle($0 / bins, yRange) },
        counts.map { $0 == 0 ? .nan : Double($0) },
      ])
  }
}
