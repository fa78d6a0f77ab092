import Datasets
import Machine
import Physics
import Text
import Training

/// The first rows of a data set, as many as one step of training and one of validation need.
struct FirstRows {
  private let options: TrainOptions
  private let configuration: RunConfiguration

  init(_ options: TrainOptions, _ configuration: RunConfiguration) {
    (self.options, self.configuration) = (options, configuration)
  }

  /// With fewer, parts of the split could have no rows.
  private static let least = 40

  /// So many that their training rows are one batch, and their validation rows, too.
  private var count: Int {
    let batch = Double(configuration.trainingSettings.batch)
    let split = configuration.data.split
    return max(Self.least, Int(min(batch / split[0], max(batch, 1024) / split[1])))
  }

  /// Writes them in atomic units and with the names that columns have by themselves.
  func write(to file: String, _ output: Output) throws {
    let molecule = configuration.molecule
    var reader = TableReader<Float>(
      columns: molecule.positionColumns + molecule.momentumColumns,
      badRows: options.onBadRow ?? .error)
    (reader.threads, reader.molecule) = (options.threads ?? CPU.threads, molecule)
    (reader.names, reader.units, reader.optional) =
      (options.columns, options.units, molecule.chargeColumns)
    do {
      let report = try reader.stream(options.data ?? "", rowsPerBlock: count) { table, first in
        guard first == 0 else { throw Enough() }
        let writer = try TableWriter(
          file, columns: table.columns, rows: table.rows, precision: .float32)
        try writer.append(floats: Array(table.values))
        try writer.close()
      }
      for note in report.notes { output.warn(note) }
    } catch is Enough {}
  }

  /// Not a failure: no more rows are needed.
  private struct Enough: Error {}
}
