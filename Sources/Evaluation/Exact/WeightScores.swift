import Glibc

/// How well the shares of samples near exact geometries agree with the weights of those.
package struct WeightScores: Hashable, Sendable {
  /// Of the geometries with a weight above `least`, the share near which there is a sample.
  package let recall: Double
  /// The mean of |share − weight|, over geometries of which either is above `least`, of events with
  /// several geometries.
  package let error: Double
  /// The share of samples that would have to be at another geometry, ½ Σ |share − weight|: the mean
  /// over events with several geometries.
  package let misplaced: Double
  /// The mean over the same geometries as of `error` of |mean share − how many are the true one|,
  /// in ten bins of the share.
  package let calibrationError: Double
  /// The mean of −log of the true geometry's share, with half a sample more at each geometry.
  package let logScore: Double

  /// The smallest weight that counts.
  package static let least = 0.01

  package init(_ rows: [ExactRow]) {
    let possible = rows.filter(\.isPossible)
    let several = possible.filter { $0.geometries.count > 1 }
    recall = Self.mean(
      possible.flatMap { row in
        zip(row.weights, Self.found(row)).filter { $0.0 > Self.least }.map { $0.1 ? 1 : 0 }
      })
    let pairs = several.flatMap(Pair.all)
    error = Self.mean(pairs.map { abs($0.share - $0.weight) })
    misplaced = Self.mean(
      several.map { row in zip(row.shares, row.weights).reduce(0) { $0 + abs($1.0 - $1.1) / 2 } })
    calibrationError = WeightBin.error(WeightBin.all(several))
    logScore = Self.mean(possible.compactMap(Self.logScore))
  }

  /// Near which geometries there is a sample.
  private static func found(_ row: ExactRow) -> [Bool] {
    var found = [Bool](repeating: false, count: row.geometries.count)
    for (geometry, distance) in zip(row.nearest, row.distances)
    where distance <= ExactRow.sampleDistance {
      found[geometry] = true
    }
    return found
  }

  private static func logScore(_ row: ExactRow) -> Double? {
    guard let truth = row.truth else { return nil }
    let samples = Double(row.nearest.count)
    let count = (row.shares[truth] * samples).rounded() + 0.5
    return -log(count / (samples + 0.5 * Double(row.geometries.count)))
  }

  /// nan of nothing.
  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The share and the weight of one geometry, and whether it is the true one.
  package struct Pair: Sendable {
    package let share, weight: Double
    package let isTrue: Bool

    init(share: Double, weight: Double, isTrue: Bool) {
      (self.share, self.weight, self.isTrue) = (share, weight, isTrue)
    }

    /// Geometries that matter to an event or to a model.
    package static func all(_ row: ExactRow) -> [Pair] {
      zip(row.shares, row.weights).enumerated().map { k, pair in
        Pair(share: pair.0, weight: pair.1, isTrue: row.truth == k)
      }.filter { max($0.share, $0.weight) > least }
    }
  }
}
