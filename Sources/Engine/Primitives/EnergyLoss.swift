extension Graph {
  /// |KE − PE| / KE, or its square: what energy conservation says of predicted positions.
  ///
  /// Positions and momenta are in the model's units; `units` take them back to bohr and atomic
  /// units, where KE(∞) = PE(0) for an explosion from rest.
  ///
  /// - Parameters:
  ///   - molecule: 2×atoms, the masses and then the charges.
  ///   - positionUnits: 2×columns, a scale for each column and then a shift; so `momentumUnits`.
  package mutating func energyError(
    positions: Value, momenta: Value, molecule: Value, positionUnits: Value, momentumUnits: Value,
    isSquared: Bool, as term: Objective.Term
  ) {
    let atoms = molecule.shape.columns
    let shape = Shape(positions.shape.rows, 3 * atoms)
    precondition(
      positions.shape == shape && momenta.shape == shape && molecule.shape.rows == 2,
      "positions \(positions.shape), momenta \(momenta.shape) and molecule \(molecule.shape)")
    precondition(
      [positionUnits, momentumUnits].allSatisfy { $0.shape == Shape(2, 3 * atoms) },
      "units \(positionUnits.shape) and \(momentumUnits.shape) for \(atoms) atoms")
    append(
      EnergyLoss(
        x: positions, p: momenta, molecule: molecule, xUnits: positionUnits,
        pUnits: momentumUnits, isSquared: isSquared, term: term))
  }
}

/// KE = Σ |p|²/2m, PE = Σ qᵢqⱼ/√(rᵢⱼ² + δ²), loss = |KE − PE|/KE or its square.
///
/// δ = 10⁻³ bohr changes PE by less than 10⁻⁶ of itself at any bond, and keeps the loss of two
/// atoms in one place, and its gradient, finite.
struct EnergyLoss: Differentiable {
  let x, p, molecule, xUnits, pUnits: Value
  let isSquared: Bool
  let term: Objective.Term
  var dx: ReversePass.Contribution?

  static var softening: Float { 1e-3 }
  /// The least kinetic energy, in hartree, that a difference is divided by.
  static var leastKineticEnergy: Float { 1e-6 }

  func addGradients(to pass: inout ReversePass) {
    precondition(!pass.isActive(p), "the gradient of the energy with respect to momenta")
    var step = self
    step.dx = pass.contribution(to: x)
    pass.supersede(with: step)
  }
}

extension EnergyLoss: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let columns = x.shape.columns
    let terms = tile[term.terms]
    let weight = tile.weight(of: term)
    let positions = Frame(tile[x].start, units: tile.whole(xUnits).start, columns: columns)
    let momenta = Frame(tile[p].start, units: tile.whole(pUnits).start, columns: columns)
    for r in tile.items {
      let row = r - tile.items.lowerBound
      let ke = max(kineticEnergy(momenta, row, tile), E(Self.leastKineticEnergy))
      let e = (ke - potentialEnergy(positions, row, tile)) / ke
      terms[row * term.count + term.index] = isSquared ? e * e : abs(e)
      let slope = -weight(r) * (isSquared ? 2 * e : e.signOrZero) / ke
      addForces(positions, row, slope: slope, tile)
    }
  }

  private struct Vector<E: Real> {
    var x, y, z: E

    /// 1/√(d² + δ²)
    var softenedInverse: E {
      let delta = E(EnergyLoss.softening)
      return 1 / (x * x + y * y + z * z + delta * delta).squareRoot()
    }
  }

  /// Coordinates in the model's units, read in original ones.
  private struct Frame<E: Real> {
    let x, units: UnsafeMutablePointer<E>
    let columns: Int

    init(_ x: UnsafeMutablePointer<E>, units: UnsafeMutablePointer<E>, columns: Int) {
      (self.x, self.units, self.columns) = (x, units, columns)
    }

    func original(_ row: Int, _ c: Int) -> E {
      x[row * columns + c] * units[c] + units[columns + c]
    }

    /// xᵢ − xⱼ
    func separation(_ row: Int, _ i: Int, _ j: Int) -> Vector<E> {
      Vector(
        x: original(row, 3 * i) - original(row, 3 * j),
        y: original(row, 3 * i + 1) - original(row, 3 * j + 1),
        z: original(row, 3 * i + 2) - original(row, 3 * j + 2))
    }
  }

  @inline(__always)
  private func kineticEnergy<E: Real>(_ p: Frame<E>, _ row: Int, _ tile: Tile<E>) -> E {
    let masses = tile.whole(molecule)
    var sum: E = 0
    for c in 0..<p.columns {
      let original = p.original(row, c)
      sum += original * original / (2 * masses[c / 3])
    }
    return sum
  }

  @inline(__always)
  private func potentialEnergy<E: Real>(_ x: Frame<E>, _ row: Int, _ tile: Tile<E>) -> E {
    let atoms = x.columns / 3
    let charges = tile.whole(molecule).start + atoms
    var sum: E = 0
    for i in 0..<atoms {
      for j in 0..<i {
        sum += charges[i] * charges[j] * x.separation(row, i, j).softenedInverse
      }
    }
    return sum
  }

  /// dPE/dxᵢ = −Σⱼ qᵢqⱼ (xᵢ − xⱼ)/rᵢⱼ³
  @inline(__always)
  private func addForces<E: Real>(_ x: Frame<E>, _ row: Int, slope: E, _ tile: Tile<E>) {
    guard let place = dx else { return }
    let atoms = x.columns / 3
    let charges = tile.whole(molecule).start + atoms
    for i in 0..<atoms {
      var force = Vector<E>(x: 0, y: 0, z: 0)
      for j in 0..<atoms where j != i {
        let d = x.separation(row, i, j)
        let inverse = d.softenedInverse
        let strength = charges[i] * charges[j] * inverse * inverse * inverse
        force.x -= strength * d.x
        force.y -= strength * d.y
        force.z -= strength * d.z
      }
      let at = row * x.columns + 3 * i
      tile.contribute(slope * force.x * x.units[3 * i], to: place, at: at)
      tile.contribute(slope * force.y * x.units[3 * i + 1], to: place, at: at + 1)
      tile.contribute(slope * force.z * x.units[3 * i + 2], to: place, at: at + 2)
    }
  }
}

extension EnergyLoss: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "energy_loss",
      [
        "x": .rows(x), "p": .rows(p), "molecule": .whole(molecule), "x_units": .whole(xUnits),
        "p_units": .whole(pUnits), "is_squared": .flag(isSquared), "term": .term(term),
        "dx": .optionalTarget(dx), "atoms": .int(molecule.shape.columns),
      ])
  }
}
