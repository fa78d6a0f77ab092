import Glibc
import Physics
import Randomness
import Testing
import Text

/// Newton's method for any number of atoms.
@Suite struct RefinementTests {
  static func molecule(_ atoms: Int) throws -> Molecule {
    let masses = [21894.7, 29164.4, 58441.8, 1837.0, 35_000.0].prefix(atoms)
    return try Molecule(
      names: (0..<atoms).map { "a\($0)" }, masses: Array(masses),
      charges: Array([2.0, 1, 3, 1, 2].prefix(atoms)))
  }

  static func rows(_ molecule: Molecule, _ count: Int, seed: UInt64 = 1) throws -> [Double] {
    try GeometryFamily.random(RandomFamily()).positions(0..<count, of: molecule, seed: seed)
  }

  static func momenta(_ molecule: Molecule, _ rows: [Double], charges: [Double]? = nil) -> [Double]
  {
    CoulombExplosion(molecule, accuracy: .reference).explode(rows, charges: charges).momenta
  }

  private static func normals(_ count: Int, seed: UInt64) -> [Double] {
    var random = RowRandom(seed: seed, stream: .geometry, row: 0)
    return (0..<count).map { _ in random.normal() }
  }

  @Test("relative coordinates: the kinetic energy is ½|w|², and positions come back")
  func coordinates() throws {
    for atoms in 2...5 {
      let molecule = try Self.molecule(atoms)
      let coordinates = RelativeCoordinates(masses: molecule.masses)
      let (x, p) = (Self.normals(3 * atoms, seed: 1), Self.normals(3 * atoms, seed: 2))
      let v = p.indices.map { p[$0] / molecule.masses[$0 / 3] }
      let drift = (0..<3).map { axis in
        (0..<atoms).reduce(0) { $0 + p[3 * $1 + axis] } / molecule.mass
      }
      let energy = p.indices.reduce(0) { sum, i in
        sum + molecule.masses[i / 3] * (v[i] - drift[i % 3]) * (v[i] - drift[i % 3])
      }
      let w = coordinates.relative(momenta: p)
      #expect(w.count == 3 * atoms - 3)
      #expect(abs(norm(w) * norm(w) - energy) < 1e-12 * energy)
      let back = coordinates.positions(coordinates.relative(positions: x))
      let offsets = (0..<3).map { x[$0] - back[$0] }
      #expect(worstError(back.indices.map { back[$0] + offsets[$0 % 3] }, x, width: 3) < 1e-13)
      let center = (0..<atoms).reduce(0) { $0 + molecule.masses[$1] * back[3 * $1] }
      #expect(abs(center) < 1e-10 * molecule.mass)
    }
  }

  @Test("the Jacobian is what differences say, to 1e-9", arguments: 2...5)
  func jacobian(atoms: Int) throws {
    let molecule = try Self.molecule(atoms)
    let explosion = JacobiExplosion(molecule)
    let (n, rows) = (explosion.coordinates.count, 3)
    let positions = try Self.rows(molecule, rows)
    let found = explosion.run(positions, accuracy: .reference, derivatives: true)
    let plain = explosion.run(positions, accuracy: .reference, derivatives: false)
    #expect(worstError(found.momenta, plain.momenta, width: n) < 1e-13)
    let h = 0.1
    for e in 0..<n {
      let unit = explosion.coordinates.positions((0..<n).map { $0 == e ? 1 : 0 })
      func momenta(_ step: Double) -> [Double] {
        explosion.run(
          positions.indices.map { positions[$0] + step * unit[$0 % molecule.width] },
          accuracy: .reference, derivatives: false
        ).momenta
      }
      // Of sixth order.
      let values = [1.0, 2, 3].map { k in
        zip(momenta(k * h), momenta(-k * h)).map { ($0 - $1) / (2 * k * h) }
      }
      let slopes = values[0].indices.map {
        (15 * values[0][$0] - 6 * values[1][$0] + values[2][$0]) / 10
      }
      let column = found.jacobians.flatMap { matrix in (0..<n).map { matrix[$0 * n + e] } }
      #expect(worstError(column, slopes, width: n) < 1e-9)
    }
  }

  @Test("of three atoms the determinants and signs are those of the exact solver")
  func determinants() throws {
    let rows =
      try positions(.random(RandomFamily()), rows: 40) + bent(angle: 172) + bent(angle: 150)
    let explosion = JacobiExplosion(.carbonylSulfide)
    let events = ExactTests.solver.solve(Self.momenta(.carbonylSulfide, rows))
    for geometry in events.flatMap(\.geometries) {
      let found = explosion.determinants(of: geometry.positions)[0]
      #expect(found.sign == geometry.sign)
      #expect(
        abs(found.logMagnitude - log(geometry.determinant)) < 1e-6 / max(geometry.condition, 1e-4))
    }
    #expect(events[40].geometries[0].sign == 1)
  }

  @Test(
    "a start comes home whatever its size, direction and place; no row sees another",
    arguments: ["OCS", "CHBrClF", "H2O"])
  func home(name: String) throws {
    let molecule = try #require(Molecule.known.first { $0.name == name })
    let (count, width) = (20, molecule.width)
    let family = GeometryFamily.equilibrium(EquilibriumFamily(temperature: 300, racemic: true))
    let truth = try family.positions(0..<count, of: molecule, seed: 5)
    let momenta = Self.momenta(molecule, truth)
    let noise = Self.normals(truth.count, seed: 3)
    var random = RowRandom(seed: 4, stream: .geometry, row: 0)
    let starts = (0..<count).flatMap { row in
      let near = (row * width..<(row + 1) * width).map { truth[$0] + 0.05 * noise[$0] }
      let turned = Rotation.uniform(&random)(near)
      return turned.map { 30 * $0 + 7 }
    }
    let refiner = GeometryRefiner(molecule)
    let found = refiner.refine(starts, to: momenta, threads: 2)
    for (row, start) in found.enumerated() {
      let own = row * width..<(row + 1) * width
      #expect(start.outcome == .arrived)
      #expect(start.residual < 2e-12)
      #expect(worstError(start.positions, Array(truth[own]), width: width) < 1e-9, "row \(row)")
      let exploded = Self.momenta(molecule, start.positions)
      #expect(worstError(exploded, Array(momenta[own]), width: width) < 1e-11)
    }
    let alone = refiner.refine(
      Array(starts[width..<2 * width]), to: Array(momenta[width..<2 * width]))
    #expect(alone[0].positions == found[1].positions)
  }

  @Test("starts and momenta that lead nowhere are said to, and the others are not touched")
  func hostile() throws {
    let molecule = try Self.molecule(4)
    let truth = try Self.rows(molecule, 1)
    let momenta = Self.momenta(molecule, truth)
    let zeros = [Double](repeating: 0, count: 12)
    let none = [Double](repeating: .nan, count: 12)
    var endless = truth
    endless[4] = .infinity
    // Two ions fly, and two stay where they are: at any distance they would be pushed.
    let unreachable: [Double] = [300, 0, 0, -300, 0, 0, 0, 0, 0, 0, 0, 0]
    let drifting: [Double] = molecule.masses.flatMap { [$0, 0, 0] }
    let pairs: [([Double], [Double], RefinedStart.Outcome)] = [
      (truth, momenta, .arrived), (zeros, momenta, .unusable), (none, momenta, .unusable),
      (endless, momenta, .unusable), (truth, zeros, .impossible), (truth, none, .impossible),
      (truth, drifting, .impossible),
      (truth, unreachable, .stalled), (truth.map { -$0 }, momenta.map { 1e-200 * $0 }, .stalled),
      (truth, momenta, .arrived),
    ]
    let found = GeometryRefiner(molecule).refine(
      pairs.flatMap { $0.0 }, to: pairs.flatMap { $0.1 })
    for (i, start) in found.enumerated() where i != 8 {
      #expect(start.outcome == pairs[i].2, "pair \(i): \(start.outcome), \(start.residual)")
    }
    #expect(found[0].positions == found[9].positions)
    #expect(found[0].moved < 1e-10)
  }

  @Test("charges differ from row to row")
  func charges() throws {
    let molecule = try Self.molecule(3)
    let truth = try Self.rows(molecule, 6)
    let charges: [Double] = (0..<6).flatMap { [1 + Double($0), 2, 1] }
    let momenta = Self.momenta(molecule, truth, charges: charges)
    let refiner = GeometryRefiner(molecule)
    let found = refiner.refine(truth.map { 1.01 * $0 }, to: momenta, charges: charges)
    #expect(worstError(found.flatMap(\.positions), truth) < 1e-9)
    let search = GeometrySearch(molecule).search(
      momenta, from: truth.map { 1.01 * $0 }, charges: charges)
    for (row, event) in search.enumerated() {
      #expect(event.geometries.count == 1)
      let own = try molecule.with(charges: Array(charges[3 * row..<3 * row + 3]))
      let expected = JacobiExplosion(own).determinants(of: event.geometries[0].positions)[0]
      #expect(
        abs(event.geometries[0].determinant.logMagnitude - expected.logMagnitude) < 1e-9)
    }
  }
}
