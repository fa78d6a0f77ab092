import Physics
import Randomness
import Machine

extension Calibration {
  /// Compares the samples of some rows with the true values.
  ///
  /// Rows with a sample that is not finite are excluded, and counted.
  ///
  /// - Parameter seed: random seed for breaking ties.
  package init(of posterior: PosteriorSamples, seed: UInt64, threads: Int) {
    precondition(posterior.samples > 1, "calibration needs at least two samples")
    let part = 64
    let parts = ParallelParts.run((posterior.count + part - 1) / part, threads: threads) { number in
      (number * part..<min(posterior.count, (number + 1) * part)).compactMap {
        RowScores(of: posterior, row: $0, seed: seed)
      }
    }
    let rows = parts.flatMap { $0 }
    // Of no row there is no mean: 0/0 is nan.
    let count = Double(rows.count)
    self.init(
      rows: rows.count, samples: posterior.samples,
      columns: posterior.molecule.positionColumns.enumerated().map { c, name in
        let ranks = rows.map { $0.ranks[c] }
        return Column(
          name: name, ranks: ranks, pValue: KolmogorovSmirnov.pValue(ranks),
          coverage: Self.levels.map { Self.coverage(of: ranks, level: $0) },
          crps: rows.reduce(0) { $0 + $1.crps[c] } / count)
      },
      energyScore: rows.reduce(0) { $0 + $1.energy } / count,
      notFinite: posterior.count - rows.count)
  }

  /// The fraction of ranks in the central interval of probability `level`.
  package static func coverage(of ranks: [Double], level: Double) -> Double {
    let inside = ranks.count { abs($0 - 0.5) <= level / 2 }
    return Double(inside) / Double(ranks.count)
  }
}

/// Ranks and scores of one row.
private struct RowScores: Sendable {
  var ranks: [Double] = []
  var crps: [Double] = []
  let energy: Double

  init?(of posterior: PosteriorSamples, row: Int, seed: UInt64) {
    let (width, samples) = (posterior.molecule.width, posterior.samples)
    let values = posterior.values[row * samples * width..<(row + 1) * samples * width]
    guard values.allSatisfy(\.isFinite) else { return nil }
    var random = RowRandom(seed: seed, stream: .tie, row: row)
    for c in 0..<width {
      let truth = Double(posterior.truth[row * width + c])
      let sorted = posterior.samples(ofRow: row, column: c).map(Double.init).sorted()
      let below = sorted.count { $0 < truth }
      let equal = sorted.count { $0 == truth }
      // The true value is one of samples + 1 exchangeable numbers. Its place among equal ones is
      // random, and so is its place within that step of the empirical distribution.
      ranks.append(
        (Double(below) + Double(equal + 1) * random.uniform()) / Double(samples + 1))
      crps.append(Scores.crps(sorted: sorted, truth: truth))
    }
    energy = Scores.energy(values, truth: posterior.truth[row * width..<(row + 1) * width])
  }
}
