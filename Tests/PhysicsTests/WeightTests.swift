import Glibc
@testable import Physics
import Testing
import Text

/// The weights of exact geometries: probabilities that are right as often as they say.
@Suite struct WeightTests {
  private static let families: [(GeometryFamily, rows: Int)] = [
    (.random(RandomFamily()), 1500), (.oriented(OrientedFamily(leastAngle: 60, offset: 0)), 800),
    (.equilibrium(EquilibriumFamily(temperature: 3000)), 800),
  ]

  @Test("the true geometry has weight w in a share w of events", arguments: families)
  func calibration(family: GeometryFamily, rows: Int) throws {
    let positions = try positions(family, rows: rows, seed: 9)
    let molecule = Molecule.carbonylSulfide
    let momenta = CoulombExplosion(molecule, accuracy: .precise).explode(positions).momenta
    let prior = try GeometryPrior(family, of: molecule)
    // In ten bins of the weight: how many geometries, Σ w, Σ w (1 − w), and how many are true.
    var bins = [(count: Int, sum: Double, variance: Double, hits: Int)](
      repeating: (0, 0, 0, 0), count: 10)
    for (i, event) in ExactTests.solver.solve(momenta).enumerated() {
      let truth = Array(positions[9 * i..<9 * i + 9])
      let weights = event.weights(prior)
      let distances = event.geometries.map { Self.distance($0.positions, truth) }
      let nearest = try #require(distances.indices.min { distances[$0] < distances[$1] })
      #expect(distances[nearest] < 1e-4)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
      for (k, w) in weights.enumerated() {
        let bin = min(9, Int(10 * w))
        bins[bin].count += 1
        bins[bin].sum += w
        bins[bin].variance += w * (1 - w)
        bins[bin].hits += k == nearest ? 1 : 0
      }
    }
    var worst = 0.0
    for bin in bins where bin.variance > 4 {
      worst = max(worst, abs(Double(bin.hits) - bin.sum) / bin.variance.squareRoot())
    }
    // Ten bins: a deviation of 3.5 has a probability of 0.005.
    #expect(worst < 3.5, "\(bins)")
    let (hits, sum) = bins.reduce((0, 0.0)) { ($0.0 + $1.hits, $0.1 + $1.sum) }
    #expect(hits == rows && abs(sum - Double(rows)) < 1e-6)
  }

  /// Of distances between atoms: where and how a molecule is turned does not matter.
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    func pairs(_ x: [Double]) -> [Double] {
      [(0, 3), (0, 6), (3, 6)].map { pair in
        norm((0..<3).map { x[pair.0 + $0] - x[pair.1 + $0] })
      }
    }
    return norm(zip(pairs(a), pairs(b)).map { $0 - $1 })
  }

  @Test("the density of a vibrating molecule is the histogram of its rows")
  func vibrations() throws {
    for name in ["OCS", "H2O"] {
      let molecule = try #require(Molecule.known.first { $0.name == name })
      let family = GeometryFamily.equilibrium(EquilibriumFamily(temperature: 2000))
      let prior = try GeometryPrior(family, of: molecule)
      let rows = try family.positions(0..<2000, of: molecule, seed: 4)
      // E[q/p] = 1 for any density q, here p of rows that are stretched by f: q(x) = p(x/f)/f⁶.
      let f = 1.01
      let ratios = stride(from: 0, to: rows.count, by: 9).map { begin in
        let row = Array(rows[begin..<begin + 9])
        return prior.density(row.map { $0 / f }) / pow(f, 6) / prior.density(row)
      }
      let error = deviation(ratios) / Double(ratios.count).squareRoot()
      #expect(error < 0.02)
      #expect(abs(mean(ratios) - 1) < 4 * error, "\(name): \(mean(ratios)) ± \(error)")
    }
  }

  @Test(
    "of any number of atoms the density of a vibrating molecule is the histogram of its rows",
    arguments: [("CHBrClF", false), ("CHBrClF", true), ("H2O", false), ("bar", false)])
  func vibrationsInSpace(name: String, racemic: Bool) throws {
    let bar = try Molecule(xyz: "2\n\nH 0 0 0\nCl 0 0 1.27\n", hessian: Self.spring)
    let molecule = Molecule.known.first { $0.name == name } ?? bar
    let family = GeometryFamily.equilibrium(
      EquilibriumFamily(temperature: 2000, racemic: racemic))
    let prior = try GeometryPrior(family, of: molecule)
    let (rows, width) = (try family.positions(0..<1500, of: molecule, seed: 4), molecule.width)
    let f = 1.005
    let densities = stride(from: 0, to: rows.count, by: width).map { begin in
      let row = Array(rows[begin..<begin + width])
      return (prior.density(row), prior.density(row.map { $0 / f + 3 }))
    }
    #expect(densities.allSatisfy { $0.0 > 0 })
    let ratios = densities.map { $0.1 / pow(f, Double(width - 3)) / $0.0 }
    let error = deviation(ratios) / Double(ratios.count).squareRoot()
    #expect(error < 0.05)
    #expect(abs(mean(ratios) - 1) < 4 * error, "\(name): \(mean(ratios)) ± \(error)")
    // The mirror image of a row.
    let image = rows[..<width].enumerated().map { $0 % 3 == 0 ? -$1 : $1 }
    let ratio = prior.density(image) / densities[0].0
    #expect(racemic || name != "CHBrClF" ? abs(ratio - 1) < 1e-9 : ratio < 1e-3, "\(ratio)")
  }

  /// Second derivatives of a bond along z, row by row.
  private static let spring =
    "0 0 0 0 0 0  0 0 0 0 0 0  0 0 0.33 0 0 -0.33  0 0 0 0 0 0  0 0 0 0 0 0  0 0 -0.33 0 0 0.33"

  @Test("of three atoms it is that in the plane, and its integral as well")
  func vibrationsInPlane() throws {
    for name in ["OCS", "H2O"] {
      let molecule = try #require(Molecule.known.first { $0.name == name })
      let family = EquilibriumFamily(temperature: 1000)
      let prior = try GeometryPrior(.equilibrium(family), of: molecule)
      let inSpace = VibrationInSpace(try EquilibriumSource(family, molecule))
      let rows = try GeometryFamily.equilibrium(family).positions(0..<50, of: molecule, seed: 2)
      for begin in stride(from: 0, to: rows.count, by: 9) {
        let row = Array(rows[begin..<begin + 9])
        let density = prior.density(row)
        let other = inSpace.density(
          (0..<3).map { SIMD3(row[3 * $0], row[3 * $0 + 1], row[3 * $0 + 2]) })
        #expect(abs(density - other) < 1e-9 * density, "\(name)")
      }
      #expect(abs(prior.logVolume - inSpace.logVolume) < 1e-9, "\(name)")
    }
  }

  @Test("the density of atoms in a cube is the room that they have, if they are not too close")
  func cube() throws {
    let molecule = try RefinementTests.molecule(4)
    let prior = try GeometryPrior(
      .random(RandomFamily(shape: .cube(half: 3), closest: 1)), of: molecule)
    let row: [Double] = [0, 0, 0, 2, 0, 0, 0, 1.5, 0, -1, 0, 2]
    #expect(abs(prior.density(row) - 3 * 4.5 * 4) < 1e-12)
    #expect(abs(prior.density(row.map { $0 + 9 }) - 3 * 4.5 * 4) < 1e-12)
    #expect(prior.density(row.map { 0.6 * $0 }) == 0, "two atoms are at 0.9 bohr")
    #expect(prior.density(row.map { 2.1 * $0 }) == 0, "a side is 6.3 bohr")
  }

  @Test("families and options without a density are refused")
  func refused() throws {
    let molecule = Molecule.carbonylSulfide
    #expect(throws: Failure.self) {
      _ = try GeometryPrior(.random(.ball), of: molecule)
    }
    #expect(throws: Failure.self) { _ = try GeometryPrior(.given([]), of: molecule) }
    let four = try RefinementTests.molecule(4)
    for family in [GeometryFamily.oriented(OrientedFamily()), .equilibrium(EquilibriumFamily())] {
      #expect(throws: Failure.self) { _ = try GeometryPrior(family, of: four) }
    }
    let flat = GeometryPrior.flat(molecule)
    #expect(flat.density(bent(angle: 100)) == 1)
  }
}
