import Datasets
import Engine
import Machine
import Physics
import Text
import Training

/// `implode inspect`: what a data set holds, and what is wrong with it.
let inspect = Command<InspectOptions>(
  name: "inspect", about: "checks a data set: ranges, units, energy balance, duplicates",
  examples: [
    Example("data.csv", "checks a file"),
    Example("measured.csv --on-bad-row skip", "skips bad rows"),
  ],
  notes: [
    "Columns are found by name, in any order: for OCS cx … sz for positions in bohr, pcx … psz for "
      + "momenta in atomic units (or in those of --units), and qc, qo, qs for charges. Missing columns "
      + "are not checked. Without charge columns the energy balance uses the charges of the molecule.",
    "Warnings do not change the exit code: it is 0 if the file could be read.",
  ],
  initial: InspectOptions(),
  keys: InspectOptions.keys, operands: "FILE",
  positional: { try $0.file.take($1, hint: "name one file; '\($0.file ?? "")' is the first") },
  validate: {
    if $0.file == nil {
      throw Failure.usage("no file", hint: "name the data set: implode inspect data.csv")
    }
  },
  run: { try $0.run($1) })

extension BadRowPolicy: CLIChoice {}

/// The options of `implode inspect`.
struct InspectOptions: Hashable, Sendable {
  var file: String?
  var molecule = "OCS"
  var charges: String?
  var columns = ColumnNames()
  var units = DataUnits()
  var onBadRow = BadRowPolicy.error
  var json = false
  var threads: Int?

  static let keys: [Key<InspectOptions>] = [
    .molecule(\.molecule),
    .charges(\.charges),
    .columns(\.columns),
    .units(\.units),
    .json(\.json),
    .onBadRow(\.onBadRow),
    .threads(\.threads),
  ]

  func run(_ output: Output) throws {
    guard let file else { return }
    let threads = threads ?? CPU.threads
    let molecule = try MoleculeFile.molecule(molecule).with(charges: charges, of: "inspect")
    let reading = try read(file, molecule, threads)
    let audit: Audit
    do { audit = try Audit(of: reading.table, molecule: molecule, threads: threads) } catch {
      throw error.at(file)
    }
    for note in reading.report.notes { output.warn(note) }
    if json {
      try output.print(audit.json(of: file, reading.report).description)
    } else {
      try output.print(audit.text(of: file, width: output.terminal.width))
    }
  }

  /// The columns of the molecule that the file has.
  private func read(
    _ file: String, _ molecule: Molecule, _ threads: Int
  ) throws -> Reading<Float> {
    let wanted = molecule.positionColumns + molecule.momentumColumns
    var reader = TableReader<Float>(columns: [], badRows: onBadRow)
    (reader.anyOf, reader.optional) = (wanted, molecule.chargeColumns)
    (reader.threads, reader.molecule) = (threads, molecule)
    (reader.names, reader.units) = (columns, units)
    return try reader.read(file)
  }
}
