package import Text

/// Why the prediction of a row may mean little. The numbers are those of `predict --flags`.
package struct RowFlags: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// No motion relative to the center of mass.
  package static let resting = RowFlags(rawValue: 1)
  /// Momenta that do not add up to 0: lost ions.
  package static let drifting = RowFlags(rawValue: 2)
  /// A kinetic energy outside those of training: units, charges.
  package static let energy = RowFlags(rawValue: 4)
  /// Conditions outside those of training.
  package static let far = RowFlags(rawValue: 8)
  /// A predicted molecule of an implausible size.
  package static let size = RowFlags(rawValue: 16)
  /// A prediction that is not finite.
  package static let notFinite = RowFlags(rawValue: 32)

  package static let all: [RowFlags] = [.resting, .drifting, .energy, .far, .size, .notFinite]
}

extension Preparation {
  /// How far beyond the energies of training is still like them, as a factor, and beyond the
  /// conditions, as a part of their range.
  private static let (energyMargin, conditionMargin) = (1.25, Float(0.25))
  /// |Σp|/‖p‖ that is large in any data, and relative to that of training.
  private static let (largeDrift, driftFactor) = (0.1, 5.0)
  /// |Σp|/‖p‖ that is more than rounding.
  private static let leastDrift = 1e-3

  /// What is odd about the momenta of each row.
  ///
  /// - Parameters:
  ///   - prepared: those rows.
  ///   - range: nil where it is not known.
  package func flags(
    of prepared: PreparedRows, in table: Table<Float>, rows: [UInt32]? = nil,
    range: TrainingRange?, threads: Int
  ) throws(Failure) -> [RowFlags] {
    let measures = try measures(of: table, rows: rows, threads: threads)
    let width = prepared.width
    return (0..<prepared.count).map { row in
      var flags: RowFlags = []
      let start = row * width + prepared.targetCount
      if isFar(prepared.values[start..<start + prepared.conditionCount], range) {
        flags.insert(.far)
      }
      guard !measures.isEmpty else { return flags }
      let measure = measures[row]
      if measure.isResting { return flags.union(.resting) }
      let mostDrift = max(Self.largeDrift, Self.driftFactor * (range?.drift ?? 0))
      if measure.drift > mostDrift || measure.hasIonAtRest && measure.drift > Self.leastDrift {
        flags.insert(.drifting)
      }
      if let scales = range?.scales,
        measure.scale < scales.lowerBound / Self.energyMargin
          || measure.scale > scales.upperBound * Self.energyMargin
      {
        flags.insert(.energy)
      }
      return flags
    }
  }

  /// The units, of momenta in a file, that would make the median energy of its rows one of training;
  /// nil where it is one, and where none would.
  package func units(
    explaining table: Table<Float>, range: TrainingRange?, threads: Int
  ) throws(Failure) -> DataUnits? {
    guard let scales = range?.scales else { return nil }
    let usual = scales.lowerBound / Self.energyMargin...scales.upperBound * Self.energyMargin
    let found = try measures(of: table, rows: nil, threads: threads)
      .map(\.scale).filter { $0 > 0 && $0 < .infinity }.sorted()
    guard !found.isEmpty, !usual.contains(found[found.count / 2]) else { return nil }
    let fitting = EnergyUnits.momenta.first {
      usual.contains(found[found.count / 2] / $0.factor)
    }
    return fitting.flatMap { table.units.adding($0.units) }
  }

  private func isFar(_ conditions: ArraySlice<Float>, _ range: TrainingRange?) -> Bool {
    if conditions.contains(where: { !(abs($0) <= Float(Scaler.farthest)) }) { return true }
    guard let range, range.least.count == conditions.count else { return false }
    return zip(conditions, zip(range.least, range.most)).contains { u, bounds in
      let margin = Self.conditionMargin * (bounds.1 - bounds.0)
      return u < bounds.0 - margin || u > bounds.1 + margin
    }
  }
}
