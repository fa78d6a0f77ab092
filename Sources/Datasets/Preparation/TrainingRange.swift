import Machine
import Physics
package import Text

/// What the momenta of the training rows are like, to notice rows that are not like them.
///
/// The canonical frame removes the scale and the frames without drift remove lost ions, so a model
/// does not see either.
package struct TrainingRange: Sendable, Equatable {
  /// Of each condition of the model.
  package let least, most: [Float]
  /// KE/Q about the center of mass, 1/bohr: the smallest and the largest.
  package let scales: ClosedRange<Double>
  /// |Σp|/‖p‖, root mean square.
  package let drift: Double

  package init(least: [Float], most: [Float], scales: ClosedRange<Double>, drift: Double) {
    (self.least, self.most, self.scales, self.drift) = (least, most, scales, drift)
  }
}

/// What the momenta of one row say of its event, in any frame.
struct EventMeasure: Sendable {
  /// KE/Q about the center of mass; nan where nothing moves.
  var scale = Double.nan
  /// |Σp|/‖p‖
  var drift = 0.0
  /// Whether an ion has no momentum at all.
  var hasIonAtRest = false
  var isResting: Bool { scale.isNaN }
}

extension Preparation {
  /// Of rows of a table that were prepared for training; nil for one atom.
  package func range(
    of prepared: PreparedRows, in table: Table<Float>, rows: [UInt32], threads: Int
  ) throws(Failure) -> TrainingRange? {
    let measures = try measures(of: table, rows: rows, threads: threads)
    let scales = measures.map(\.scale).filter(\.isFinite)
    guard let least = scales.min(), let most = scales.max() else { return nil }
    let width = prepared.width
    var (low, high) = (
      [Float](repeating: .infinity, count: prepared.conditionCount),
      [Float](repeating: -.infinity, count: prepared.conditionCount)
    )
    for row in 0..<prepared.count {
      for k in low.indices {
        let u = prepared.values[row * width + prepared.targetCount + k]
        (low[k], high[k]) = (min(low[k], u), max(high[k], u))
      }
    }
    let drift = measures.reduce(0) { $0 + $1.drift * $1.drift } / Double(measures.count)
    return TrainingRange(least: low, most: high, scales: least...most, drift: drift.squareRoot())
  }

  /// Nothing for one atom, which has no motion about its center of mass.
  func measures(
    of table: Table<Float>, rows: [UInt32]?, threads: Int
  ) throws(Failure) -> [EventMeasure] {
    guard frame.molecule.atoms > 1 else { return [] }
    let canonical = try EventFrame(.canonical, of: frame.molecule)
    let reader = try EventReader(
      table, frame: canonical, features: MomentumFeatures([], of: frame.molecule, in: .canonical),
      readsCharges: readsCharges, needsPositions: false)
    let mass = frame.molecule.mass
    let count = rows?.count ?? table.rows
    return [EventMeasure](unsafeUninitializedCapacity: count) { buffer, made in
      nonisolated(unsafe) let measures = buffer
      reader.forEachEvent(of: rows, threads: threads) { _, number, orientation, momenta in
        let size = momenta.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let total = mass * (orientation.drift * orientation.drift).sum().squareRoot()
        measures.initializeElement(
          at: number,
          to: EventMeasure(
            scale: orientation.axes == .undefined ? .nan : orientation.scale,
            drift: size > 0 ? total / size : 0,
            hasIonAtRest: stride(from: 0, to: momenta.count, by: 3).contains { i in
              momenta[i] == 0 && momenta[i + 1] == 0 && momenta[i + 2] == 0
            }))
      }
      made = count
    }
  }
}
