import Machine
package import Physics
import Text

/// Samples of a model beside every exact geometry of their events (docs/evaluation.md).
package struct ExactComparison: Sendable {
  package let posterior: PosteriorSamples
  /// Events with a geometry and with finite samples.
  package let rows: [ExactRow]
  /// What weights follow from, as in `random`; nil where there are none.
  package let family: String?
  /// How many events there are of each status.
  package let statuses: [EventStatus: Int]
  /// The median of ‖p(x) − p‖/‖p‖ of the true positions.
  package let momentumError: Double
  /// Of samples to the nearest exact geometry, bohr: the median, the 95th percentile, and how many
  /// are beyond `ExactRow.sampleDistance`.
  package let median, percentile95, beyond: Double
  /// Of the samples, and of as many samples of the exact posterior; nil without a prior, and for one
  /// sample, of which there are no shares.
  package let weights, reference: WeightScores?
  /// Whether the prior is that of the data; nil without one.
  package let fit: FamilyFit?
  /// Mean squared errors of the mean of all samples and of the exact posterior mean; nil without a
  /// prior.
  package let meanError, exactMeanError: Double?

  package init(
    _ posterior: PosteriorSamples, rows: [ExactRow], family: String?,
    statuses: [EventStatus: Int], momentumError: Double, seed: UInt64
  ) {
    (self.posterior, self.rows, self.family) = (posterior, rows, family)
    (self.statuses, self.momentumError) = (statuses, momentumError)
    let distances = rows.flatMap(\.distances)
    (median, percentile95) = (distances.median, distances.quantile(0.95))
    beyond =
      Double(distances.count { $0 > ExactRow.sampleDistance }) / Double(distances.count)
    guard family != nil else {
      (weights, reference, fit, meanError, exactMeanError) = (nil, nil, nil, nil, nil)
      return
    }
    let possible = rows.filter(\.isPossible)
    let hasShares = posterior.samples > 1
    weights = hasShares ? WeightScores(rows) : nil
    reference =
      hasShares
      ? WeightScores(
        possible.map { $0.exactlySampled(seed: seed, number: Int(posterior.rows[$0.row])) }) : nil
    fit = FamilyFit(rows)
    meanError = Self.mean(possible.map { posterior.error(of: posterior.mean($0.row), row: $0.row) })
    exactMeanError = Self.mean(possible.map { posterior.error(of: $0.mean, row: $0.row) })
  }

  /// nan of nothing.
  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// Events that the prior has no geometry of.
  package var outside: Int { family == nil ? 0 : rows.count { !$0.isPossible } }
  /// Events of which the true geometry is listed.
  package var listed: Int { rows.count { $0.truth != nil } }
  /// Events with a sample that is not finite, or without a geometry.
  package var left: Int { posterior.count - rows.count }
}

extension ExactRow {
  /// Of the exact posterior, where it has any geometry.
  var mean: [Double] {
    geometries[0].indices.map { c in
      zip(geometries, weights).reduce(0) { $0 + $1.1 * $1.0[c] }
    }
  }
}

extension PosteriorSamples {
  /// Of the samples of a row.
  func mean(_ row: Int) -> [Double] {
    let width = molecule.width
    var sums = [Double](repeating: 0, count: width)
    for sample in row * samples..<(row + 1) * samples {
      for c in 0..<width { sums[c] += Double(values[sample * width + c]) }
    }
    return sums.map { $0 / Double(samples) }
  }

  /// The mean squared error of a coordinate.
  func error(of predicted: [Double], row: Int) -> Double {
    let width = molecule.width
    let squares = predicted.indices.reduce(0) { sum, c in
      let error = predicted[c] - Double(truth[row * width + c])
      return sum + error * error
    }
    return squares / Double(width)
  }
}
