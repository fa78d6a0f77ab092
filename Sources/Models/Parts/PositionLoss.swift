import Configuration
import Engine

/// What predicted positions are compared by: themselves, their ratio, and their energy.
///
///     α₁·EnergyDiff² + α₂·MRE² + α₃·MSE
///
/// The weights multiply means over rows; a weight of zero leaves a term out.
package struct PositionLoss: Hashable, Sendable {
  package var reconstruction = 1.0
  /// Of the absolute errors instead of their squares.
  package var isAbsolute = false
  package var energy = 0.0
  /// Of ((KE − PE)/KE)², or of |KE − PE|/KE.
  package var isEnergySquared = true
  package var relative = 0.0
  /// Of ((x̂ − x)/x)², or of |x̂ − x|/|x|.
  package var isRelativeSquared = true

  static let keys: [Key<PositionLoss>] = [
    Key(
      "loss.reconstruction", \.reconstruction, check: Limit.notNegativeFloat,
      "weight of the mean squared error"),
    Key("loss.absolute", \.isAbsolute, "whether errors are absolute instead of squared"),
    Key(
      "loss.energy", \.energy, check: Limit.notNegativeFloat,
      "weight of the relative difference of kinetic and potential energy"),
    Key(
      "loss.energySquared", \.isEnergySquared,
      "whether the energy difference is squared: ((KE - PE)/KE)^2 instead of |KE - PE|/KE"),
    Key("loss.mre", \.relative, check: Limit.notNegativeFloat, "weight of the relative error"),
    Key("loss.mreSquared", \.isRelativeSquared, "whether relative errors are squared"),
  ]

  var terms: [LossTerm] {
    [LossTerm(.reconstruction, weight: Float(reconstruction))]
      + (energy > 0 ? [LossTerm(.energy, weight: Float(energy))] : [])
      + (relative > 0 ? [LossTerm(.mre, weight: Float(relative))] : [])
  }

  func trace(
    _ prediction: Value, _ batch: Batch, physics: PhysicsMaps, in trace: inout ModelTrace,
    _ objective: Objective
  ) {
    trace.graph.error(
      prediction, batch.targets, isSquared: !isAbsolute, as: objective.term(.reconstruction))
    guard energy > 0 || relative > 0 else { return }
    let positions = Mapped(prediction, by: physics.positions, in: &trace)
    if energy > 0 {
      let momenta = Mapped(batch.condition, by: physics.momenta, in: &trace)
      let atoms = physics.masses.count
      trace.graph.energyError(
        positions: positions.value, momenta: momenta.value,
        molecule: trace.constant(physics.masses + physics.charges, Shape(2, atoms)),
        positionUnits: positions.units, momentumUnits: momenta.units, isSquared: isEnergySquared,
        as: objective.term(.energy))
    }
    guard relative > 0 else { return }
    let truth = Mapped(batch.targets, by: physics.positions, in: &trace)
    trace.graph.error(
      positions.value, truth.value, isSquared: isRelativeSquared, relativeIn: truth.units,
      as: objective.term(.mre))
  }
}

/// From the model's coordinates to positions and momenta of which KE = Σ p²/2m equals
/// PE = Σ qᵢqⱼ/rᵢⱼ: the original ones, or those of a frame in its own units.
package struct PhysicsMaps: Hashable, Sendable {
  package let positions, momenta: AffineMap
  package let masses, charges: [Float]

  package init(positions: AffineMap, momenta: AffineMap, masses: [Float], charges: [Float]) {
    (self.positions, self.momenta) = (positions, momenta)
    (self.masses, self.charges) = (masses, charges)
  }
}

/// A value with the scales and shifts that are left to apply to it.
///
/// Where a map only scales and shifts columns, the losses do that themselves and nothing is
/// computed in between.
private struct Mapped {
  let value: Value
  /// 2×columns
  let units: Value

  init(_ value: Value, by map: AffineMap, in trace: inout ModelTrace) {
    if let scales = map.diagonal {
      self.value = value
      units = trace.constant(scales + map.offset, Shape(2, map.rows))
    } else {
      self.value = trace.map(value, by: map)
      let unit = [Float](repeating: 1, count: map.rows) + [Float](repeating: 0, count: map.rows)
      units = trace.constant(unit, Shape(2, map.rows))
    }
  }
}
