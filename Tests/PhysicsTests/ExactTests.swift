import Glibc
import Machine
import Physics
import TestSupport
import Testing
import Text

/// Every geometry that explodes into given momenta.
@Suite struct ExactTests {
  static let molecule = Molecule.carbonylSulfide
  static let solver = ExactSolver(ShapeTable(molecule, threads: 2))

  private static func momenta(_ rows: [Double]) -> [Double] {
    CoulombExplosion(molecule, accuracy: .reference).explode(rows).momenta
  }

  private static func centered(_ row: ArraySlice<Double>) -> [Double] {
    let row = Array(row)
    let center = (0..<3).map { axis in
      (0..<3).reduce(0) { $0 + molecule.masses[$1] * row[3 * $1 + axis] } / molecule.mass
    }
    return row.enumerated().map { $1 - center[$0 % 3] }
  }

  /// The geometry that is nearest to a row of positions, and how far away it is relative to it.
  private func nearest(_ event: ExactEvent, _ row: [Double]) -> (ExactGeometry?, Double) {
    let truth = Self.centered(row[...])
    let distance = { (geometry: ExactGeometry) in
      norm(zip(geometry.positions, truth).map { $0 - $1 }) / norm(truth)
    }
    let nearest = event.geometries.min { distance($0) < distance($1) }
    return (nearest, nearest.map(distance) ?? .infinity)
  }

  private static func longestOverShortest(_ x: [Double]) -> Double {
    let pairs = [(0, 3), (0, 6), (3, 6)].map { pair in
      norm((0..<3).map { x[pair.0 + $0] - x[pair.1 + $0] })
    }
    return (pairs.max() ?? 0) / (pairs.min() ?? 0)
  }

  @Test("the true geometry is among them, and all explode into the momenta", arguments: families)
  func truth(family: GeometryFamily) throws {
    let rows = try positions(family, rows: 150)
    let momenta = Self.momenta(rows)
    let events = Self.solver.solve(momenta)
    var incomplete = 0
    for (i, event) in events.enumerated() {
      let p = Array(momenta[9 * i..<9 * i + 9])
      #expect(nearest(event, Array(rows[9 * i..<9 * i + 9])).1 < 1e-7, "row \(i)")
      for geometry in event.geometries {
        // A close pair multiplies the rounding of its place.
        let closeness = Self.longestOverShortest(geometry.positions)
        #expect(geometry.residual < 1e-11)
        #expect(worstError(Self.momenta(geometry.positions), p) < 3e-12 * closeness, "row \(i)")
      }
      let signs = event.geometries.reduce(0) { $0 + $1.sign }
      #expect((signs == event.signedCount) == (event.status != .incomplete))
      if event.status == .incomplete { incomplete += 1 }
    }
    #expect(events.count == 150)
    #expect(incomplete == 0)
  }

  @Test(
    "partners of bent OCS",
    arguments: [
      (120.0, [(3.963, 2.647, 39.7)], -2),
      (160.0, [(1.824, 3.770, 163.9), (6.566, 1.397, 171.0), (4.745, 5.660, 15.2)], 0),
      (168.0, [], 1), (172, [], 1), (175, [], 1),
    ])
  func partners(angle: Double, others: [(co: Double, cs: Double, angle: Double)], count: Int) {
    let row = bent(2.186, 2.952, angle: angle)
    let event = Self.solver.solve(Self.momenta(row))[0]
    #expect(event.status == .certified)
    #expect(event.signedCount == count)
    #expect(nearest(event, row).1 < 1e-9)
    for other in others {
      let found = event.geometries.contains { geometry in
        let x = geometry.positions
        let co = (0..<3).map { x[3 + $0] - x[$0] }, cs = (0..<3).map { x[6 + $0] - x[$0] }
        let cosine = zip(co, cs).reduce(0) { $0 + $1.0 * $1.1 } / (norm(co) * norm(cs))
        return abs(norm(co) - other.co) < 2e-3 && abs(norm(cs) - other.cs) < 2e-3
          && abs(acos(cosine) * 180 / .pi - other.angle) < 0.1
      }
      #expect(found, "\(other)")
    }
    if others.isEmpty { #expect(event.geometries.count == 1) }
  }

  @Test("the determinant is that of the six relative momenta by the six relative positions")
  func determinant() throws {
    let rows = try positions(.random(RandomFamily()), rows: 5) + bent(angle: 171) + bent(angle: 180)
    let masses = Self.molecule.masses
    /// Relative coordinates from those of atoms, and atoms from relative coordinates.
    func relative(_ p: [Double]) -> [Double] {
      // Momenta: μ times relative velocities.
      let v = p.indices.map { p[$0] / masses[$0 / 3] }
      let pair = masses[0] + masses[1]
      return (0..<3).map { masses[0] * masses[1] / pair * (v[3 + $0] - v[$0]) }
        + (0..<3).map { axis in
          let middle = (masses[0] * v[axis] + masses[1] * v[3 + axis]) / pair
          return masses[2] * pair / (pair + masses[2]) * (v[6 + axis] - middle)
        }
    }
    for begin in stride(from: 0, to: rows.count, by: 9) {
      let row = Array(rows[begin..<begin + 9])
      let h = 1e-3
      var matrix: [[Double]] = []
      for k in 0..<6 {
        // Atom 1, or atom 2, moves against the others: relative coordinate k by 1.
        func moved(_ step: Double) -> [Double] {
          var x = row
          if k < 3 {
            // The middle of the pair stays.
            x[k] -= step * masses[1] / (masses[0] + masses[1])
            x[3 + k] += step * masses[0] / (masses[0] + masses[1])
          } else {
            x[3 + k] += step
          }
          return relative(Self.momenta(x))
        }
        let (a, b) = (zip(moved(h), moved(-h)), zip(moved(2 * h), moved(-2 * h)))
        matrix.append(
          zip(a, b).map { (8 * ($0.0 - $0.1) - ($1.0 - $1.1)) / (12 * h) })
      }
      let event = Self.solver.solve(Self.momenta(row))[0]
      let geometry = try #require(nearest(event, row).0)
      let expected = abs(Self.determinant(matrix))
      #expect(abs(geometry.determinant - expected) < 1e-6 * expected, "row \(begin / 9)")
    }
  }

  private static func determinant(_ matrix: [[Double]]) -> Double {
    var (m, product) = (matrix, 1.0)
    for k in m.indices {
      let pivot = (k..<m.count).max { abs(m[$0][k]) < abs(m[$1][k]) } ?? k
      if pivot != k { m.swapAt(pivot, k) }
      product *= m[k][k] * (pivot == k ? 1 : -1)
      for i in k + 1..<m.count {
        let factor = m[i][k] / m[k][k]
        for j in k..<m.count { m[i][j] -= factor * m[k][j] }
      }
    }
    return product
  }

  @Test(
    "beside a fold both geometries are listed",
    arguments: [
      (2.1879, 2.9482), (1.6, 3.4), (3.0, 2.3), (2.2, 2.2),
    ])
  func folds(co: Double, cs: Double) throws {
    func sign(_ angle: Double) throws -> Int {
      let row = bent(co, cs, angle: angle)
      return try #require(nearest(Self.solver.solve(Self.momenta(row))[0], row).0).sign
    }
    // The fold is between 155° and 168°, where the sign changes.
    var (low, high) = (155.0, 168.0)
    let ends = [try sign(low), try sign(high)]
    #expect(ends == [-1, 1])
    for _ in 0..<30 {
      let middle = (low + high) / 2
      if try sign(middle) < 0 { low = middle } else { high = middle }
    }
    for distance in [0.01, 1e-3, 1e-4] {
      for angle in [low - distance, low + distance] {
        let row = bent(co, cs, angle: angle)
        let event = Self.solver.solve(Self.momenta(row))[0]
        let (found, error) = nearest(event, row)
        let itself = try #require(found)
        #expect(error < 1e-7)
        // The other one is about as far on the other side.
        let other = event.geometries.contains { geometry in
          let apart = norm(zip(geometry.positions, itself.positions).map { $0 - $1 })
          return geometry.sign != itself.sign && apart < 3 * distance
        }
        #expect(other, "\(distance)° from the fold at \(low)°")
      }
    }
  }

  @Test("momenta on a line have geometries on a line")
  func linear() {
    for row in [bent(angle: 180), bent(1.5, 4, angle: 180), [0, 0, -1.3, 0, 0, 0, 0, 0, 3]] {
      let momenta = Self.momenta(row)
      let event = Self.solver.solve(momenta)[0]
      #expect(nearest(event, row).1 < 1e-9)
      #expect(event.status == .certified || event.status == .nearFold)
    }
  }

  @Test("what is no explosion is said to be none, and the others are not touched")
  func impossible() throws {
    let row = Self.momenta(bent(angle: 170))
    let zeros = [Double](repeating: 0, count: 9)
    let none = [Double](repeating: .nan, count: 9)
    var endless = row
    endless[0] = .infinity
    let drifting: [Double] = Self.molecule.masses.flatMap { [1e-3 * $0, 0, -2e-3 * $0] }
    let events = Self.solver.solve([row, zeros, none, endless, drifting, row].flatMap { $0 })
    let impossible = [EventStatus](repeating: .impossible, count: 4)
    #expect(events.map { $0.status } == [.certified] + impossible + [.certified])
    #expect(events[0].geometries[0].positions == events[5].geometries[0].positions)
  }

  @Test("a drift of the whole changes nothing, nor does one ion at rest stop it")
  func drift() throws {
    let row = Self.momenta(bent(angle: 172))
    let masses = Self.molecule.masses
    let moved = row.indices.map { row[$0] + 1e-3 * masses[$0 / 3] * [1, -2, 3][$0 % 3] }
    let (a, b) = (Self.solver.solve(row)[0], Self.solver.solve(moved)[0])
    #expect(worstError(a.geometries[0].positions, b.geometries[0].positions) < 1e-9)
    // C at rest between two that fly apart.
    let event = Self.solver.solve([0, 0, 0, 300, 0, 0, -300, 0, 0])[0]
    #expect(!event.geometries.isEmpty)
    for geometry in event.geometries {
      #expect(
        worstError(Self.momenta(geometry.positions), [0, 0, 0, 300, 0, 0, -300, 0, 0]) < 1e-10)
    }
  }

  @Test("a table is kept, and a file that is damaged or of other ions is not used")
  func kept() throws {
    let folder = try Folder()
    let solver = ExactSolver(ShapeTable.kept(Self.molecule, in: folder.path, threads: 2))
    let again = ExactSolver(ShapeTable.kept(Self.molecule, in: folder.path, threads: 2))
    let momenta = Self.momenta(try positions(.random(RandomFamily()), rows: 20))
    let (a, b) = (solver.solve(momenta), again.solve(momenta))
    #expect(a.map { $0.geometries.map(\.positions) } == b.map { $0.geometries.map(\.positions) })
    let names = try #require(Files.entries(of: folder.path))
    #expect(names.count == 1)
    let bytes = solver.table.bytes
    #expect(try folder.read(names[0]) == bytes)
    #expect(ShapeTable(Self.molecule, bytes: bytes)?.cells == solver.table.cells)
    let other = try Self.molecule.with(charges: [1, 2, 2])
    #expect(ShapeTable(other, bytes: bytes) == nil)
    for cut in [0, 10, 100, bytes.count - 8] {
      #expect(ShapeTable(Self.molecule, bytes: Array(bytes[..<cut])) == nil)
    }
    for place in [3, 70, 90, 5000, bytes.count - 3] {
      var damaged = bytes
      damaged[place] ^= 4
      #expect(ShapeTable(Self.molecule, bytes: damaged) == nil, "byte \(place)")
      // A file that cannot be used is replaced.
      _ = try folder.write(damaged, to: names[0])
    }
    #expect(
      ShapeTable.kept(Self.molecule, in: folder.path, threads: 2).cells == solver.table.cells)
    #expect(try folder.read(names[0]) == bytes)
  }

  @Test(
    "other molecules",
    arguments: [
      (["o1", "c", "o2"], [29164.4, 21874.7, 29164.4], [2.0, 2, 2]),
      (["a", "b", "c"], [10000.0, 10000, 10000], [1.0, 1, 1]),
      (["c", "o", "s"], [21894.7, 29164.4, 58441.8], [1.0, 3, 2]),
    ])
  func others(names: [String], masses: [Double], charges: [Double]) throws {
    let molecule = try Molecule(names: names, masses: masses, charges: charges)
    let explosion = CoulombExplosion(molecule, accuracy: .reference)
    let rows = try GeometryFamily.random(RandomFamily()).positions(0..<100, of: molecule, seed: 3)
    let momenta = explosion.explode(rows).momenta
    let events = ExactSolver(ShapeTable(molecule, threads: 2)).solve(momenta)
    let certified = events.count { $0.status == .certified }
    #expect(certified >= 98)
    for (i, event) in events.enumerated() {
      let truth = rows[9 * i..<9 * i + 9]
      let found = event.geometries.contains {
        worstError($0.positions, Array(truth)) < 1e-7
      }
      #expect(found, "row \(i)")
    }
  }
}
