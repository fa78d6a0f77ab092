import Glibc
import Physics
import Testing

/// What holds exactly whatever the numbers are.
@Suite struct LawTests {
  static let rows: [Double] = bent(angle: 171) + bent(1.7, 4.1, angle: 95) + ExplosionTests.row
  let explosion = CoulombExplosion(accuracy: .reference)

  private func momenta(_ rows: [Double], start: [Double]? = nil) -> [Double] {
    explosion.explode(rows, start: start).momenta
  }

  /// A rotation by 0.7 about z and then by 1.9 about x.
  private func turned(_ rows: [Double]) -> [Double] {
    let (c, s, d, t) = (cos(0.7), sin(0.7), cos(1.9), sin(1.9))
    return stride(from: 0, to: rows.count, by: 3).flatMap { i in
      let (x, y, z) = (c * rows[i] - s * rows[i + 1], s * rows[i] + c * rows[i + 1], rows[i + 2])
      return [x, d * y - t * z, t * y + d * z]
    }
  }

  @Test("the total momentum is zero to rounding", arguments: families)
  func totalMomentum(family: GeometryFamily) throws {
    let (momenta, _) = CoulombExplosion(accuracy: .fast).explode(try positions(family, rows: 500))
    for i in stride(from: 0, to: momenta.count, by: 9) {
      for axis in 0..<3 {
        let sum = momenta[i + axis] + momenta[i + 3 + axis] + momenta[i + 6 + axis]
        #expect(abs(sum) < 1e-12)
      }
    }
  }

  @Test("r → λr gives p → λ^(−1/2) p", arguments: [0.37, 4.0, 1e5, 1e-5])
  func scaling(factor: Double) {
    let scaled = momenta(Self.rows.map { factor * $0 }).map { $0 * factor.squareRoot() }
    #expect(worstError(scaled, momenta(Self.rows)) < 1e-12)
  }

  @Test("equal charges q scale the momenta by q; only products count")
  func charges() throws {
    let three = try Molecule.carbonylSulfide.with(charges: [3, 3, 3])
    let threefold = CoulombExplosion(three, accuracy: .reference).explode(Self.rows).momenta
    #expect(worstError(threefold.map { $0 / 1.5 }, momenta(Self.rows)) < 1e-12)
    let minus = try Molecule.carbonylSulfide.with(charges: [-2, -2, -2])
    let negative = CoulombExplosion(minus, accuracy: .reference).explode(Self.rows).momenta
    #expect(negative == momenta(Self.rows))
  }

  @Test("rotations, mirrors and translations commute with the map")
  func symmetries() {
    let plain = momenta(Self.rows)
    #expect(worstError(momenta(turned(Self.rows)), turned(plain)) < 1e-12)
    func mirrored(_ rows: [Double]) -> [Double] { rows.map { -$0 } }
    #expect(worstError(momenta(mirrored(Self.rows)), mirrored(plain)) < 1e-12)
    let moved = Self.rows.enumerated().map { $1 + [7.0, -3, 2][$0 % 3] }
    #expect(worstError(momenta(moved), plain) < 1e-12)
  }

  @Test("the motion stays in the plane of the triangle", arguments: families)
  func planarity(family: GeometryFamily) throws {
    let rows = try positions(family, rows: 200)
    // The path for three dimensions knows nothing of the plane.
    let p = momenta(rows, start: rows.map { _ in 0 })
    for i in stride(from: 0, to: rows.count, by: 9) {
      func edge(_ to: Int) -> SIMD3<Double> {
        SIMD3(
          rows[i + to] - rows[i], rows[i + to + 1] - rows[i + 1], rows[i + to + 2] - rows[i + 2])
      }
      let (a, b) = (edge(3), edge(6))
      let normal = SIMD3(
        a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
      for atom in 0..<3 {
        let q = SIMD3(p[i + 3 * atom], p[i + 3 * atom + 1], p[i + 3 * atom + 2])
        #expect(abs((q * normal).sum()) < 1e-9 * (normal * normal).sum().squareRoot())
      }
    }
    #expect(worstError(momenta(rows), p) < 1e-12)
  }

  @Test("a row's bits do not depend on its neighbors")
  func neighbors() throws {
    let rows = try positions(.random(RandomFamily()), rows: 700)
    let together = momenta(rows)
    for row in [0, 5, 255, 256, 300, 699] {
      let alone = momenta(Array(rows[9 * row..<9 * row + 9]))
      #expect(alone == Array(together[9 * row..<9 * row + 9]))
    }
    #expect(
      explosion.explode(rows + rows + rows + rows + rows + rows, threads: 3).momenta
        == together + together + together + together + together + together)
  }

  @Test("the motion is reversible in time")
  func timeReversal() {
    let masses = Molecule.carbonylSulfide.masses
    for rest in [bent(angle: 171), bent(1.7, 4.1, angle: 95)] {
      let expected = momenta(rest)
      var state = PlainMotion(positions: rest, masses: masses, charges: [2, 2, 2])
      state.run(until: 12, step: 0.01)
      let outward = momenta(state.positions, start: state.momenta)
      let inward = momenta(state.positions, start: state.momenta.map { -$0 })
      #expect(worstError(outward, expected) < 1e-9)
      #expect(worstError(inward, outward) < 1e-9)
    }
  }
}
