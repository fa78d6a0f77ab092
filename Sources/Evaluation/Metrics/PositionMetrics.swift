package import Physics

/// Errors of predicted positions, in original units.
///
/// The names are those of `evaluation.json`.
package struct PositionMetrics: Hashable, Sendable {
  package var rows = 0
  package var mse, mae, mrePercent, medianMREPercent, mre2Percent: Double
  package var energyDiff1, energyDiff2: Double
  /// Momentum errors after simulating the predictions; they do not need the true positions.
  package var resimulation: Resimulation
  /// Mean absolute errors of bond lengths and of the angles between bonds, in bohr and degrees.
  package var shape: [ShapeError]
  /// The fraction of rows whose prediction has the handedness of the truth, the sign of the signed
  /// volume of `Molecule.handednessAtoms`. Of true geometries that are less flat than `flat`; nil
  /// where there is none, and below four atoms.
  package var handedness: Double?
  /// Of each coordinate.
  package var columns: [Column]
  /// Rows whose prediction is not finite; they are excluded from all other numbers.
  package var notFinite = 0
  /// Rows whose momenta are all 0; they are excluded from the energies and from re-simulation.
  package var withoutEnergy = 0
  /// The largest error of a coordinate.
  package var worst: Double

  /// The volume, relative to the product of its edges, below which four atoms lie in a plane.
  package static let flat = 0.01

  package struct ShapeError: Hashable, Sendable {
    /// `bond_co`, `angle_ocs`.
    package var key: String
    /// `C–O, bohr`
    package var label: String
    package var error: Double
  }

  package struct Column: Hashable, Sendable {
    package var name: String
    package var mse, mae, mrePercent: Double
  }

  /// Keeps the relative error of a coordinate that is zero finite.
  package static let epsilon = 1e-10

  /// |x̂ − x|/(|x| + ε)
  package static func relativeError(_ predicted: Double, _ truth: Double) -> Double {
    abs(predicted - truth) / (abs(truth) + epsilon)
  }

  /// - Parameters:
  ///   - predicted, truth: rows×3N, bohr.
  ///   - momenta: rows×3N, atomic units.
  ///   - charges: rows×N; nil for the molecule's.
  ///   - resimulated: the errors of the momenta; nil where the CPU is to compute them.
  package init(
    predicted: [Float], truth: [Float], momenta: [Float], charges: [Float]? = nil,
    molecule: Molecule, threads: Int, resimulated: [Double]? = nil
  ) {
    let width = molecule.width
    precondition(predicted.count == truth.count && momenta.count == truth.count)
    let sums = Sums(predicted, truth, momenta, charges: charges, molecule)
    // Of no row there is no mean: 0/0 is nan.
    func mean(_ sum: Double) -> Double { sum / Double(sums.rows) }
    func energyMean(_ sum: Double) -> Double { sum / Double(sums.rows - sums.withoutEnergy) }
    rows = sums.rows
    (notFinite, withoutEnergy) = (sums.notFinite, sums.withoutEnergy)
    mse = mean(sums.squares.reduce(0, +)) / Double(width)
    mae = mean(sums.sizes.reduce(0, +)) / Double(width)
    mrePercent = 100 * mean(sums.relative.reduce(0, +)) / Double(width)
    mre2Percent = 100 * mean(sums.squaredRelative) / Double(width)
    medianMREPercent = 100 * sums.allRelative.median
    energyDiff1 = energyMean(sums.energy)
    energyDiff2 = energyMean(sums.squaredEnergy)
    shape = zip(sums.coordinates, sums.shape).map { coordinate, sum in
      ShapeError(
        key: coordinate.key, label: "\(coordinate.label), \(coordinate.unit)", error: mean(sum))
    }
    handedness = sums.chiral > 0 ? Double(sums.sameHand) / Double(sums.chiral) : nil
    worst = sums.rows > 0 ? sums.worst : .nan
    columns = molecule.positionColumns.enumerated().map { c, name in
      Column(
        name: name, mse: mean(sums.squares[c]), mae: mean(sums.sizes[c]),
        mrePercent: 100 * mean(sums.relative[c]))
    }
    resimulation = Resimulation(
      errors: resimulated
        ?? Resimulation.errors(
          predicted, momenta: momenta, charges: charges, molecule: molecule, threads: threads))
  }
}

/// What adds up over rows.
private struct Sums {
  var rows = 0
  var notFinite = 0, withoutEnergy = 0
  var squares, sizes, relative: [Double]
  var squaredRelative = 0.0
  var allRelative: [Double] = []
  var energy = 0.0
  var squaredEnergy = 0.0
  var shape: [Double]
  var chiral = 0
  var sameHand = 0
  var worst = 0.0
  let molecule: Molecule
  let coordinates: [Molecule.ShapeCoordinate]

  init(_ molecule: Molecule) {
    self.molecule = molecule
    coordinates = molecule.shapeCoordinates
    squares = [Double](repeating: 0, count: molecule.width)
    sizes = squares
    relative = squares
    shape = [Double](repeating: 0, count: coordinates.count)
  }

  /// Of all rows.
  init(
    _ predicted: [Float], _ truth: [Float], _ momenta: [Float], charges: [Float]?,
    _ molecule: Molecule
  ) {
    self.init(molecule)
    let (width, atoms) = (molecule.width, molecule.atoms)
    for row in 0..<truth.count / width {
      let range = row * width..<(row + 1) * width
      add(
        predicted[range].map(Double.init), truth[range].map(Double.init),
        momenta[range].map(Double.init),
        charges: charges.map { $0[row * atoms..<(row + 1) * atoms].map(Double.init) })
    }
  }

  private mutating func add(
    _ x: [Double], _ truth: [Double], _ momenta: [Double], charges: [Double]?
  ) {
    guard x.allSatisfy(\.isFinite) else {
      notFinite += 1
      return
    }
    rows += 1
    for c in x.indices {
      let error = abs(x[c] - truth[c])
      let ratio = PositionMetrics.relativeError(x[c], truth[c])
      squares[c] += error * error
      sizes[c] += error
      relative[c] += ratio
      squaredRelative += ratio * ratio
      allRelative.append(ratio)
      worst = max(worst, error)
    }
    let ke = Energy.kinetic(momenta, masses: molecule.masses)
    if ke > 0 {
      let difference = (ke - Energy.potential(x, charges: charges ?? molecule.charges)) / ke
      energy += abs(difference)
      squaredEnergy += difference * difference
    } else {
      withoutEnergy += 1
    }
    for (k, coordinate) in coordinates.enumerated() {
      shape[k] += abs(coordinate.value(x) - coordinate.value(truth))
    }
    let volume = molecule.handedness(truth)
    if abs(volume) > PositionMetrics.flat {
      chiral += 1
      if volume * molecule.handedness(x) > 0 { sameHand += 1 }
    }
  }
}
