/// Geometries whose shares of samples are in one tenth of 0 to 1.
package struct WeightBin: Sendable {
  package private(set) var count = 0
  private var shares = 0.0
  private var trueOnes = 0

  package var share: Double { shares / Double(count) }
  /// How many of them are the true geometry.
  package var frequency: Double { Double(trueOnes) / Double(count) }

  /// Ten bins, of events of which the true geometry is known.
  package static func all(_ rows: [ExactRow]) -> [WeightBin] {
    var bins = [WeightBin](repeating: WeightBin(), count: 10)
    for pair in rows.filter({ $0.truth != nil }).flatMap(WeightScores.Pair.all) {
      let bin = min(9, Int(10 * pair.share))
      bins[bin].count += 1
      bins[bin].shares += pair.share
      bins[bin].trueOnes += pair.isTrue ? 1 : 0
    }
    return bins
  }

  /// nan of nothing.
  static func error(_ bins: [WeightBin]) -> Double {
    let distances = bins.reduce(0) { $0 + abs($1.shares - Double($1.trueOnes)) }
    return distances / Double(bins.reduce(0) { $0 + $1.count })
  }
}
