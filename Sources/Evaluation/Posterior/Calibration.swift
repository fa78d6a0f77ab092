/// Whether the spread of the samples matches the errors: do 90 % intervals contain 90 %?
package struct Calibration: Sendable {
  package let rows: Int
  package let samples: Int
  /// Of each coordinate.
  package let columns: [Column]
  /// The mean over rows of E‖X − y‖ − ½ E‖X − X′‖, bohr.
  package let energyScore: Double
  /// Rows with a sample that is not finite; they are excluded from all other numbers.
  package let notFinite: Int

  package struct Column: Sendable {
    package let name: String
    /// Rank of the true value among the samples of its row, from 0 to 1, with ties broken at
    /// random. Uniform for a correct posterior.
    package let ranks: [Double]
    /// The p-value of the Kolmogorov–Smirnov test of uniform ranks.
    package let pValue: Double
    /// The fraction of rows whose true value lies in the central interval of each of `levels`.
    package let coverage: [Double]
    /// The mean continuous ranked probability score, bohr.
    package let crps: Double

    package init(
      name: String, ranks: [Double], pValue: Double, coverage: [Double], crps: Double
    ) {
      (self.name, self.ranks, self.pValue) = (name, ranks, pValue)
      (self.coverage, self.crps) = (coverage, crps)
    }
  }

  /// Nominal probabilities of central intervals.
  package static let levels = [0.5, 0.8, 0.9, 0.95]

  package init(
    rows: Int, samples: Int, columns: [Column], energyScore: Double, notFinite: Int = 0
  ) {
    (self.rows, self.samples, self.columns) = (rows, samples, columns)
    (self.energyScore, self.notFinite) = (energyScore, notFinite)
  }

  /// The mean over coordinates of the coverage of each level.
  package var coverage: [Double] {
    Self.levels.indices.map { level in
      columns.map { $0.coverage[level] }.reduce(0, +) / Double(max(1, columns.count))
    }
  }
}
