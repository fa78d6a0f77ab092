import Glibc

/// Ranks between 0 and 1, compared with the uniform distribution of a correct posterior.
enum RankCurve {
  /// The empirical distribution of ranks minus the uniform one, at `points` + 1 places.
  static func difference(_ ranks: [Double], points: Int) -> [Double] {
    let sorted = ranks.filter(\.isFinite).sorted()
    var below = 0
    return (0...points).map { point in
      let place = Double(point) / Double(points)
      while below < sorted.count && sorted[below] <= place { below += 1 }
      // All ranks lie in [0, 1], so that both ends are zero.
      return point == 0 ? 0 : Double(below) / Double(max(1, sorted.count)) - place
    }
  }

  /// What the largest difference of a uniform sample stays below in 95 of 100 cases: the quantile
  /// of Kolmogorov's distribution with Stephens' correction for small samples.
  static func band(rows: Int) -> Double {
    let root = Double(max(1, rows)).squareRoot()
    return 1.3581 / (root + 0.12 + 0.11 / root)
  }

  /// Half the width of the 95 % interval of a share that is `level` in so many rows.
  static func coverageBand(level: Double, rows: Int) -> Double {
    1.96 * (level * (1 - level) / Double(max(1, rows))).squareRoot()
  }
}
