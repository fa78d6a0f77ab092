package import Evaluation
package import Text

/// Everything that a report shows, whoever has computed it.
package struct ReportContent: Sendable {
  /// What the page is called: the run's name.
  package var title: String
  /// Facts about the run: what, on which data, when, how long.
  package var facts: [(name: String, value: String)] = []
  /// What is odd about the evaluated rows and the predictions, a line each.
  package var warnings: [String] = []
  /// Tables, in the order in which they are shown.
  package var tables: [Sheet] = []
  /// `metrics.csv`; empty where the run has none.
  package var history = TrainingHistory()
  package var evaluated: EvaluatedRows
  /// Samples of some rows, for calibration; nil for a deterministic model.
  package var posterior: PosteriorSamples?
  package var calibration: Calibration?
  package var latent: LatentStatistics?
  /// Samples beside the exact geometries of their events; nil with the reason where there are none.
  package var exact: ExactComparison?
  package var whyNotExact: String?
  /// The configuration as text.
  package var configuration = ""

  package init(title: String, evaluated: EvaluatedRows) {
    (self.title, self.evaluated) = (title, evaluated)
  }
}

/// A table with what to say about it.
package struct Sheet: Sendable {
  package var title: String
  package var table: TextTable
  /// A sentence or two below the table.
  package var remark: String?

  package init(_ title: String, _ table: TextTable, remark: String? = nil) {
    (self.title, self.table, self.remark) = (title, table, remark)
  }
}

/// The columns of `metrics.csv`: a number for each epoch.
package struct TrainingHistory: Sendable {
  package var columns: [String] = []
  /// One array for each column.
  package var values: [[Double]] = []

  package init(columns: [String] = [], values: [[Double]] = []) {
    // A row that was torn off in the middle is no row.
    let rows = values.map(\.count).min() ?? 0
    (self.columns, self.values) = (columns, values.map { Array($0.prefix(rows)) })
  }

  package subscript(name: String) -> [Double]? {
    columns.firstIndex(of: name).map { values[$0] }
  }
}
