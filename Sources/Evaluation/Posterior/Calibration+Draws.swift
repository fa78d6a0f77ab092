import Physics
import Randomness
import Machine

extension Calibration {
  /// What draws of some rows say beside the truth.
  ///
  /// Rows of which a draw is not finite are left out, and counted.
  ///
  /// - Parameter seed: of the chance that breaks ties.
  package init(of draws: PosteriorDraws, seed: UInt64, threads: Int) {
    precondition(draws.samples > 1, "a spread takes two draws at least")
    let part = 64
    let parts = ParallelParts.run((draws.count + part - 1) / part, threads: threads) { number in
      (number * part..<min(draws.count, (number + 1) * part)).compactMap {
        RowJudgement(of: draws, row: $0, seed: seed)
      }
    }
    let rows = parts.flatMap { $0 }
    let count = Double(max(1, rows.count))
    self.init(
      rows: rows.count, samples: draws.samples,
      columns: draws.molecule.positionColumns.enumerated().map { c, name in
        let ranks = rows.map { $0.ranks[c] }
        return Column(
          name: name, ranks: ranks, pValue: KolmogorovSmirnov.pValue(ranks),
          coverage: Self.levels.map { Self.coverage(of: ranks, level: $0) },
          crps: rows.reduce(0) { $0 + $1.crps[c] } / count)
      },
      energyScore: rows.reduce(0) { $0 + $1.energy } / count,
      notFinite: draws.count - rows.count)
  }

  /// The share of ranks in the middle `level` of 0…1.
  package static func coverage(of ranks: [Double], level: Double) -> Double {
    let inside = ranks.count { abs($0 - 0.5) <= level / 2 }
    return Double(inside) / Double(max(1, ranks.count))
  }
}

/// One row: where the truth lies among its draws.
private struct RowJudgement: Sendable {
  var ranks: [Double] = []
  var crps: [Double] = []
  let energy: Double

  init?(of draws: PosteriorDraws, row: Int, seed: UInt64) {
    let (width, samples) = (draws.molecule.width, draws.samples)
    let values = draws.values[row * samples * width..<(row + 1) * samples * width]
    guard values.allSatisfy(\.isFinite) else { return nil }
    var random = RowRandom(seed: seed, stream: .tie, row: row)
    for c in 0..<width {
      let truth = Double(draws.truth[row * width + c])
      let sorted = draws.draws(ofRow: row, column: c).map(Double.init).sorted()
      let below = sorted.count { $0 < truth }
      let equal = sorted.count { $0 == truth }
      // The truth is one of samples + 1 numbers that are alike: its place among equals is chance,
      // and so is its place within that step of the staircase.
      ranks.append(
        (Double(below) + Double(equal + 1) * random.uniform()) / Double(samples + 1))
      crps.append(Scores.crps(sorted: sorted, truth: truth))
    }
    energy = Scores.energy(values, truth: draws.truth[row * width..<(row + 1) * width])
  }
}
