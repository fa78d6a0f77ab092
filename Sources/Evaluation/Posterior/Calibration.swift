/// Whether the spread of the draws is what the errors are: is a claim of 90 % right in 90 %?
package struct Calibration: Sendable {
  package let rows: Int
  package let samples: Int
  /// Of each coordinate.
  package let columns: [Column]
  /// The mean over rows of E‖X − y‖ − ½ E‖X − X′‖, bohr.
  package let energyScore: Double
  /// Rows of which a draw is not finite; they count in nothing else.
  package let notFinite: Int

  package struct Column: Sendable {
    package let name: String
    /// Where the true value lies among the draws of its row, from 0 to 1; ties are broken by
    /// chance. Uniform if the draws are what they claim to be.
    package let ranks: [Double]
    /// The probability of ranks as uneven as these, or more so, by Kolmogorov and Smirnov.
    package let pValue: Double
    /// The share of rows whose truth lies in the central interval of each of `levels`.
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

  /// What central intervals claim to hold.
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
