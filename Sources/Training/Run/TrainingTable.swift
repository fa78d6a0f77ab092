package import Datasets
import Machine
import Physics
import Text

/// The rows of a file, prepared for training: read, split, and scaled to the coordinates of the
/// model.
package struct TrainingTable: Sendable {
  /// With its configuration and preparation, before it has parameters.
  package var model: SavedModel
  package let report: ReadingReport
  package let split: Split
  package let rows: TrainingData

  /// Receives progress and warnings.
  package struct Listener {
    package let status, warn: (String) -> Void

    package init(status: @escaping (String) -> Void, warn: @escaping (String) -> Void) {
      (self.status, self.warn) = (status, warn)
    }
  }

  /// - Parameter check: throws where the table is not the expected one; called before preparation.
  package init(
    reading file: String, for configuration: RunConfiguration, names: ColumnNames = .init(),
    units: DataUnits = .init(), badRows: BadRowPolicy, threads: Int, tell listener: Listener,
    check: (DataIdentity) throws -> Void = { _ in }
  ) throws {
    let molecule = configuration.molecule
    listener.status("reading \(file)")
    var reader = TableReader<Float>(
      columns: molecule.positionColumns + molecule.momentumColumns, badRows: badRows)
    (reader.threads, reader.molecule) = (threads, molecule)
    (reader.names, reader.units, reader.optional) = (names, units, molecule.chargeColumns)
    let reading = try reader.read(file)
    for note in reading.report.notes { listener.warn(note) }
    let table = reading.table
    report = reading.report
    var identity = DataIdentity(
      file: Files.absolute(file), fingerprint: table.fingerprint, rows: table.rows)
    (identity.badRows, identity.names, identity.units) = (badRows, names, units)
    try check(identity)
    let concerns = try Audit.concerns(
      about: table, molecule: molecule, for: .training, threads: threads)
    for concern in concerns { listener.warn("\(file): \(concern.text)") }
    listener.status("preparing \(Numbers.grouped(table.rows)) rows")
    let preparation: Preparation
    do throws(Failure) {
      (split, preparation, rows) = try Self.prepare(
        table, configuration, threads: threads, listener)
    } catch {
      throw error.at(file)
    }
    var model = SavedModel(configuration, preparation: preparation, data: identity)
    model.meanPositions = table.means(
      of: table.indices(of: molecule.positionColumns) ?? [], rows: split.training)
    model.range = try preparation.range(
      of: PreparedRows(
        targets: preparation.targets.count, conditions: preparation.conditions.count,
        values: rows.training), in: table, rows: split.training, threads: threads)
    model.momentumNoise = try Audit.noise(in: table, molecule: molecule, threads: threads)
    self.model = model
  }

  private static func prepare(
    _ table: Table<Float>, _ configuration: RunConfiguration, threads: Int, _ listener: Listener
  ) throws(Failure) -> (Split, Preparation, TrainingData) {
    let parts = configuration.data.split
    let split = try Split(
      rows: table.rows, fractions: Split.Fractions(parts[0], parts[1], parts[2]),
      seed: configuration.splitSeed, threads: threads)
    let preparation = try Preparation(
      fittedTo: table, rows: split.training, molecule: configuration.molecule,
      settings: configuration.preparationSettings, threads: threads)
    try configuration.check(preparation)
    let training = try preparation.prepare(table, rows: split.training, threads: threads)
    let validation = try preparation.prepare(table, rows: split.validation, threads: threads)
    for (part, rows) in [("training", training), ("validation", validation)]
    where rows.farValues > 0 {
      listener.warn(
        "\(rows.farValues) values of the \(part) rows are more than a million "
          + "standard deviations from the mean")
    }
    return (split, preparation, TrainingData(training, validation: validation))
  }
}
