import Glibc
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
  /// Mean absolute errors of distances between neighbours in the list, and of the angle at the
  /// first atom, in bohr and degrees; for three atoms C, O, S these are C–O, C–S and O–C–S.
  package var bonds: [Double]
  package var angle: Double?
  /// Of each coordinate.
  package var columns: [Column]
  /// Rows whose prediction is not finite; they are excluded from all other numbers.
  package var notFinite = 0
  /// The largest error of a coordinate.
  package var worst: Double

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
  package init(
    predicted: [Float], truth: [Float], momenta: [Float], molecule: Molecule, threads: Int
  ) {
    let width = molecule.width
    precondition(predicted.count == truth.count && momenta.count == truth.count)
    var sums = Sums(width: width)
    for row in 0..<truth.count / width {
      let range = row * width..<(row + 1) * width
      sums.add(
        predicted[range].map(Double.init), truth[range].map(Double.init),
        momenta[range].map(Double.init), molecule)
    }
    let count = Double(max(1, sums.rows))
    func mean(_ sum: Double) -> Double { sum / count }
    rows = sums.rows
    notFinite = sums.notFinite
    mse = mean(sums.squares.reduce(0, +)) / Double(width)
    mae = mean(sums.sizes.reduce(0, +)) / Double(width)
    mrePercent = 100 * mean(sums.relative.reduce(0, +)) / Double(width)
    mre2Percent = 100 * mean(sums.squaredRelative) / Double(width)
    medianMREPercent = 100 * sums.allRelative.median
    energyDiff1 = mean(sums.energy)
    energyDiff2 = mean(sums.squaredEnergy)
    bonds = sums.bonds.map(mean)
    angle = molecule.atoms == 3 ? mean(sums.angle) : nil
    worst = sums.worst
    columns = molecule.positionColumns.enumerated().map { c, name in
      Column(
        name: name, mse: mean(sums.squares[c]), mae: mean(sums.sizes[c]),
        mrePercent: 100 * mean(sums.relative[c]))
    }
    resimulation = Resimulation(
      errors: Resimulation.errors(predicted, momenta: momenta, molecule: molecule, threads: threads)
    )
  }
}

/// What adds up over rows.
private struct Sums {
  var rows = 0
  var notFinite = 0
  var squares, sizes, relative: [Double]
  var squaredRelative = 0.0
  var allRelative: [Double] = []
  var energy = 0.0
  var squaredEnergy = 0.0
  var bonds: [Double] = []
  var angle = 0.0
  var worst = 0.0

  init(width: Int) {
    squares = [Double](repeating: 0, count: width)
    sizes = squares
    relative = squares
    bonds = [Double](repeating: 0, count: max(0, width / 3 - 1))
  }

  mutating func add(_ x: [Double], _ truth: [Double], _ momenta: [Double], _ molecule: Molecule) {
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
    let difference = (ke - Energy.potential(x, charges: molecule.charges)) / ke
    energy += abs(difference)
    squaredEnergy += difference * difference
    for atom in bonds.indices {
      bonds[atom] += abs(Shape.bond(x, atom + 1) - Shape.bond(truth, atom + 1))
    }
    if molecule.atoms == 3 { angle += abs(Shape.angle(x) - Shape.angle(truth)) }
  }
}

/// Distances from the first atom, and the angle there between the next two.
private enum Shape {
  private static func vector(_ x: [Double], _ atom: Int) -> SIMD3<Double> {
    SIMD3(x[3 * atom] - x[0], x[3 * atom + 1] - x[1], x[3 * atom + 2] - x[2])
  }

  static func bond(_ x: [Double], _ atom: Int) -> Double {
    let d = vector(x, atom)
    return (d * d).sum().squareRoot()
  }

  static func angle(_ x: [Double]) -> Double {
    let (a, b) = (vector(x, 1), vector(x, 2))
    let size = ((a * a).sum() * (b * b).sum()).squareRoot()
    guard size > 0 else { return 0 }
    return acos(max(-1, min(1, (a * b).sum() / size))) * 180 / .pi
  }
}
