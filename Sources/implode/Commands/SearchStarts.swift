import Datasets
import Engine
import Evaluation
import Machine
import Models
import Physics
import Text
import Training

/// Where the search for geometries starts: the samples of a trained model, or a family of geometries.
struct SearchStarts {
  let molecule: Molecule
  /// The columns that are needed, and those that are read where the file has them.
  let columns, optional: [String]
  /// For each event.
  let count: Int
  let model: SavedModel?
  private let predictor: MomentumPredictor?
  private let family: GeometryFamily?
  private let seed: UInt64

  /// Of a run.
  ///
  /// - Parameter withDensity: Whether samples shall have their density, of all relative positions.
  init(_ run: String, count: Int, seed: UInt64, threads: Int, withDensity: Bool = false) throws {
    let model = try SavedModel(of: run)
    molecule = model.preparation.frame.molecule
    if withDensity { try Self.checkDensity(model, run) }
    let place = try Workplace.choose(.cpu, device: nil, threads: threads)
    let predictor = try MomentumPredictor(
      model, samples: count, answer: .samples, additions: withDensity ? .logDensity : [],
      device: place.device, threads: threads)
    columns = predictor.momenta
    optional = model.preparation.readsCharges ? [] : molecule.chargeColumns
    (self.model, self.predictor, family) = (model, predictor, nil)
    (self.count, self.seed) = (count, seed)
  }

  /// Of a family.
  ///
  /// - Parameter readsCharges: Whether a file can have charges for each row.
  init(
    _ family: GeometryFamily, of molecule: Molecule, count: Int, seed: UInt64, readsCharges: Bool
  ) throws(Failure) {
    // Draws nothing, and throws for a family that the molecule has not got.
    _ = try family.positions(0..<0, of: molecule, seed: seed)
    (self.molecule, self.family, self.count, self.seed) = (molecule, family, count, seed)
    (columns, optional) = (molecule.momentumColumns, readsCharges ? molecule.chargeColumns : [])
    (model, predictor) = (nil, nil)
  }

  /// Throws where samples have no density of all relative positions.
  private static func checkDensity(_ model: SavedModel, _ run: String) throws(Failure) {
    let hint = "train a mixture or a flow on momenta with noise, with data.independent"
    guard model.model.density != nil else {
      throw .usage("\(run): the samples of the model have no density", hint: hint)
    }
    let (all, own) = (model.preparation.frame.molecule.width - 3, model.preparation.targets.count)
    guard model.preparation.targets.closure != nil, own == all else {
      throw .usage(
        "\(run): the density of the model is one of \(own) coordinates, and there are \(all) relative "
          + "ones", hint: hint)
    }
  }

  /// Events of a block: as many as a model predicts at once.
  var eventsPerBlock: Int { MomentumPredictor.rowsPerBlock(samples: count) }

  /// Positions for all events of a table, bohr: events × count × 3N.
  ///
  /// - Parameter first: The number of events before these.
  func positions(of table: Table<Double>, first: Int) throws -> [Double] {
    if let family {
      // The numbers of rows have 32 bits; beyond, rows come again.
      let row = first * count % (1 << 31)
      return try family.positions(row..<row + table.rows * count, of: molecule, seed: seed)
    }
    return try predictor?.predict(table.rounded, first: first, z: .prior(seed: seed))
      .map(Double.init) ?? []
  }

  /// Samples of a model with the logarithms of their densities.
  func samples(
    of table: Table<Double>, first: Int
  ) throws -> (positions: [Double], logDensities: [Double]) {
    let rows = try predictor?.predict(table.rounded, first: first, z: .prior(seed: seed)) ?? []
    let width = molecule.width
    let starts = stride(from: 0, to: rows.count, by: width + 1)
    return (
      starts.flatMap { rows[$0..<$0 + width].map(Double.init) },
      starts.map { Double(rows[$0 + width]) }
    )
  }

  /// What is odd about events, once the first block was predicted.
  func concerns(about table: Table<Double>, file: String, threads: Int) throws -> [String] {
    guard let model, let predictor else { return [] }
    return try Audit.concerns(
      about: table.rounded, file: file, model, predictor.flagged, threads: threads)
  }

  /// What was odd about all events.
  func warnings(_ file: String) -> [String] {
    guard let model, let predictor else { return [] }
    return predictor.flagged.warnings(file, model, units: nil)
  }
}
