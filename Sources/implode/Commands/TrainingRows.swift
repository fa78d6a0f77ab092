import Datasets
import Evaluation
import Machine
import Physics
import Text
import Training

extension EvaluateOptions {
  /// How many of the evaluated rows the model was trained or validated on, by their momenta; nil
  /// where the training data are not there any more.
  func usedRows(
    _ rows: [UInt32], of table: Table<Float>, _ model: SavedModel, threads: Int
  ) throws -> Int? {
    guard let own = try trainingTable(table, model, threads: threads) else { return nil }
    let parts = try split(of: own, model, threads: threads)
    let used = RowSet(
      own, rows: parts.training + parts.validation,
      columns: model.preparation.frame.molecule.momentumColumns)
    return used?.count(in: table, rows: rows)
  }

  /// The table itself, or what the file of the training has now, if that is the same as then.
  private func trainingTable(
    _ table: Table<Float>, _ model: SavedModel, threads: Int
  ) throws -> Table<Float>? {
    if table.fingerprint == model.data.fingerprint { return table }
    // Reading a pipe would wait for a writer.
    guard Files.isPlain(model.data.file) else { return nil }
    var reader = reader(for: model, threads: threads)
    (reader.badRows, reader.names, reader.units) = (.skip, model.data.names, model.data.units)
    let found = try? reader.read(model.data.file).table
    return found?.fingerprint == model.data.fingerprint ? found : nil
  }

  func split(of table: Table<Float>, _ model: SavedModel, threads: Int) throws -> Split {
    let parts = model.configuration.data.split
    return try Split(
      rows: table.rows, fractions: Split.Fractions(parts[0], parts[1], parts[2]),
      seed: model.configuration.splitSeed, threads: threads)
  }

  func reader(for model: SavedModel, threads: Int) -> TableReader<Float> {
    let molecule = model.preparation.frame.molecule
    var reader = TableReader<Float>(
      columns: molecule.positionColumns + model.preparation.inputColumns,
      badRows: onBadRow ?? (data == nil ? model.data.badRows : .error))
    (reader.threads, reader.molecule) = (threads, molecule)
    // The training data have the names and the units that they had then.
    reader.names = data == nil && columns.isEmpty ? model.data.names : columns
    reader.units = data == nil && units.isEmpty ? model.data.units : units
    if !model.preparation.readsCharges { reader.optional = molecule.chargeColumns }
    return reader
  }
}
