package import Physics
import Machine
package import Text

/// From a table to what a model sees, and from what it says to positions in the table's frame.
///
/// Everything fitted is fitted to the training rows.
package struct Preparation: Sendable, Equatable {
  package let frame: EventFrame
  package let features: MomentumFeatures
  /// Positions.
  package let targets: Coordinates
  /// Momenta, charges where rows have their own, and then features.
  package let conditions: Coordinates
  /// Whether rows have charges of their own, in columns of the table.
  package var readsCharges: Bool {
    conditions.columns.contains(frame.molecule.chargeColumns.first ?? "")
  }
  /// What a table must have of each row to predict from it.
  package var inputColumns: [String] {
    frame.molecule.momentumColumns + (readsCharges ? frame.molecule.chargeColumns : [])
  }

  init(
    frame: EventFrame, features: MomentumFeatures, targets: Coordinates, conditions: Coordinates
  ) {
    (self.frame, self.features) = (frame, features)
    (self.targets, self.conditions) = (targets, conditions)
  }

  /// Fitted to `rows` of a table: those of training.
  package init(
    fittedTo table: Table<Float>, rows: [UInt32], molecule: Molecule = .carbonylSulfide,
    settings: PreparationSettings = PreparationSettings(), threads: Int = 1
  ) throws(Failure) {
    let frame = try Self.frame(settings.frame, molecule)
    let features = MomentumFeatures(settings.features, of: molecule, in: settings.frame)
    let reader = try EventReader(
      table, frame: frame, features: features,
      readsCharges: RowCharges.found(in: table, molecule), needsPositions: true)
    let undefined = reader.undefinedRows(of: rows, threads: threads)
    if let first = undefined.first {
      throw Failure(
        "\(undefined.count) training \(undefined.count == 1 ? "row has" : "rows have") momenta "
          + "without motion about the center of mass, the first is row \(first + 1)",
        hint: "remove such rows, or use the frame centered")
    }
    let closure =
      settings.independent && settings.frame != .raw
      ? Coordinates.Closure(masses: molecule.masses) : nil
    self.init(
      frame: frame, features: features,
      targets: try Coordinates(
        fittedTo: reader.positions(of: rows), kind: settings.positionScaler, closure: closure,
        constants: settings.constantPositions, tolerance: settings.constantTolerance,
        threads: threads),
      conditions: try Coordinates(
        fittedTo: reader.conditions(of: rows), kind: settings.momentumScaler,
        constants: settings.constantMomenta, tolerance: settings.constantTolerance,
        threads: threads))
  }

  private static func frame(
    _ frame: Frame, _ molecule: Molecule
  ) throws(Failure) -> EventFrame {
    do { return try EventFrame(frame, of: molecule) } catch {
      throw Failure(error.message, hint: error.hint)
    }
  }

  private func reader(
    of table: Table<Float>, needsPositions: Bool
  ) throws(Failure) -> EventReader {
    try EventReader(
      table, frame: frame, features: features, readsCharges: readsCharges,
      needsPositions: needsPositions)
  }

  /// All parts of a table.
  package func prepare(
    _ table: Table<Float>, _ split: Split, threads: Int = 1
  ) throws(Failure) -> PreparedData {
    PreparedData(
      training: try prepare(table, rows: split.training, threads: threads),
      validation: try prepare(table, rows: split.validation, threads: threads),
      test: try prepare(table, rows: split.test, threads: threads))
  }

  /// Rows of a table, nil for all of it. Without `positions` none are needed or read.
  package func prepare(
    _ table: Table<Float>, rows: [UInt32]? = nil, positions: Bool = true, threads: Int = 1
  ) throws(Failure) -> PreparedRows {
    let reader = try reader(of: table, needsPositions: positions)
    let targetCount = positions ? targets.count : 0
    let (count, width) = (rows?.count ?? table.rows, targetCount + conditions.count)
    var far = 0
    let values = [Float](unsafeUninitializedCapacity: count * width) { values, made in
      far = reader.conditions(of: rows).encode(
        by: conditions, into: values, width: width, from: targetCount, threads: threads)
      if positions {
        far += reader.positions(of: rows).encode(
          by: targets, into: values, width: width, from: 0, threads: threads)
      }
      made = count * width
    }
    var prepared = PreparedRows(
      targets: targetCount, conditions: conditions.count, values: values)
    prepared.undefinedRows = reader.undefinedRows(of: rows, threads: threads).count
    prepared.farValues = far
    return prepared
  }

  /// Positions in the frame of the table from what a model says of its rows.
  ///
  /// - Parameters:
  ///   - predictions: For every row `samples` rows of `targets.count` numbers, one after the other.
  ///   - table: Momenta, of which `rows` were predicted; nil for all.
  /// - Returns: as many rows of all positions, in the molecule's order. Their center of mass is at
  ///   0, unless the frame is raw.
  package func restore(
    _ predictions: [Float], of table: Table<Float>, rows: [UInt32]? = nil, samples: Int = 1,
    threads: Int = 1
  ) throws(Failure) -> [Float] {
    let reader = try reader(of: table, needsPositions: false)
    let count = rows?.count ?? table.rows
    let (width, k) = (frame.molecule.width, targets.count)
    precondition(predictions.count == count * samples * k, "\(predictions.count) predictions")
    return [Float](unsafeUninitializedCapacity: count * samples * width) { restored, made in
      nonisolated(unsafe) let restored = restored
      predictions.withUnsafeBufferPointer { predictions in
        nonisolated(unsafe) let predictions = predictions
        reader.forEachEvent(of: rows, threads: threads) { pass, number, orientation, row in
          for sample in number * samples..<(number + 1) * samples {
            targets.decode(
              UnsafeBufferPointer(rebasing: predictions[sample * k..<(sample + 1) * k]), into: row)
            pass.fromFrame(positions: row, orientation)
            for c in 0..<width { restored[sample * width + c] = Float(row[c]) }
          }
        }
      }
      made = count * samples * width
    }
  }

  /// By what the frame multiplies the positions of each row of a table.
  ///
  /// - Parameter rows: nil for all.
  package func frameScales(
    of table: Table<Float>, rows: [UInt32]? = nil, threads: Int = 1
  ) throws(Failure) -> [Double] {
    let reader = try reader(of: table, needsPositions: false)
    let count = rows?.count ?? table.rows
    return [Double](unsafeUninitializedCapacity: count) { scales, made in
      nonisolated(unsafe) let scales = scales
      reader.forEachEvent(of: rows, threads: threads) { _, number, orientation, _ in
        scales[number] = frame.frame == .canonical ? orientation.scale : 1
      }
      made = count
    }
  }
}
