import Glibc
import Physics
import Testing

/// The simulator against another method, and against what can be solved by hand.
@Suite struct IndependentTests {
  @Test("Runge–Kutta without any of the simulator's ideas gives the same momenta")
  func plainMotion() {
    let molecule = Molecule.carbonylSulfide
    let rows = [bent(angle: 174), bent(1.5, 5, angle: 60), ExplosionTests.row]
    for row in rows {
      let plain = PlainMotion.atInfinity(row, masses: molecule.masses, charges: molecule.charges)
      for (accuracy, bound) in [(Accuracy.fast, 1e-6), (.precise, 5e-9), (.reference, 5e-9)] {
        let (momenta, _) = CoulombExplosion(accuracy: accuracy).explode(row)
        #expect(worstError(momenta, plain) < bound)
      }
    }
  }

  @Test("unequal charges, and five atoms")
  func otherMolecules() throws {
    let charged = try Molecule.carbonylSulfide.with(charges: [1, 3, 2])
    let row = bent(angle: 150)
    let plain = PlainMotion.atInfinity(row, masses: charged.masses, charges: charged.charges)
    #expect(worstError(CoulombExplosion(charged).explode(row).momenta, plain) < 5e-9)

    let five = try Molecule(
      names: ["c", "h", "f", "cl", "br"], masses: [12, 1, 19, 35, 79].map { $0 * 1822.9 },
      charges: [1, 1, 2, 2, 3])
    let places: [Double] = [0, 0, 0, 1.2, 1.1, 1.3, -1.5, -1.4, 1.6, -2, 1.9, -1.8, 2, -2.1, -2.2]
    let other = PlainMotion.atInfinity(places, masses: five.masses, charges: five.charges)
    let (momenta, outcomes) = CoulombExplosion(five).explode(places)
    #expect(outcomes[0].isExploded)
    #expect(worstError(momenta, other, width: 15) < 2e-8)
  }

  @Test("one atom keeps its momentum")
  func oneAtom() throws {
    let atom = try Molecule(names: ["x"], masses: [1000], charges: [1])
    let explosion = CoulombExplosion(atom)
    #expect(explosion.explode([1, 2, 3]).momenta == [0, 0, 0])
    let moving = explosion.explode([1, 2, 3], start: [4, 5, 6])
    #expect(worstError(moving.momenta, [4, 5, 6], width: 3) < 1e-15)
    #expect(moving.outcomes == [.exploded(steps: 0)])
  }

  @Test("two atoms from rest: p = √(2 μ q₁q₂/r)", arguments: [Accuracy.fast, .precise, .reference])
  func twoAtoms(accuracy: Accuracy) throws {
    let pair = try Molecule(names: ["a", "b"], masses: [2000, 30000], charges: [1, 3])
    let (p, _) = CoulombExplosion(pair, accuracy: accuracy).explode([0, 0, 0, 1, 2, 2])
    let expected = (2 * 2000 * 30000 / 32000.0 * 3 / 3).squareRoot()
    let exact = [-1, -2, -2, 1, 2, 2].map { $0 * expected / 3 }
    #expect(worstError(p, exact, width: 6) < max(accuracy.tolerance, 5e-14))
  }

  @Test("two atoms that pass: the angle of Rutherford", arguments: [0.1, 1, 10, 100])
  func scattering(impact: Double) throws {
    let (m1, m2, k) = (3000.0, 7000.0, 6.0)
    let reduced = m1 * m2 / (m1 + m2)
    let pair = try Molecule(names: ["a", "b"], masses: [m1, m2], charges: [2, 3])
    let q = 40.0
    // Relative momentum q towards atom 0 from 20 bohr away, beside it by `impact`.
    let row = [0, 0, 0, 20, impact, 0], start = [q, 0, 0, -q, 0, 0]
    let (p, _) = CoulombExplosion(pair).explode(row, start: start)
    // p × L + μ k r̂ is conserved; at infinity r̂ is along p.
    let r = (400 + impact * impact).squareRoot()
    let l = q * impact
    let end = (q * q + 2 * reduced * k / r).squareRoot()
    let angle = atan2(q * l + reduced * k * impact / r, reduced * k * 20 / r)
    let direction = angle + atan2(end * l, reduced * k)
    let exact = [
      -end * cos(direction), -end * sin(direction), 0, end * cos(direction), end * sin(direction),
      0,
    ]
    #expect(worstError(p, exact, width: 6) < 1e-9)
  }

  @Test("a regular tetrahedron and a square share their energy alike")
  func symmetricMolecules() throws {
    let four = try Molecule(
      names: ["a", "b", "c", "d"], masses: [5000, 5000, 5000, 5000], charges: [2, 2, 2, 2])
    let tetrahedron: [Double] = [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1]
    let square: [Double] = [1, 0, 0, 0, 1, 0, -1, 0, 0, 0, -1, 0]
    for row in [tetrahedron, square] {
      let energy = Energy.potential(row, charges: four.charges)
      let each = (2 * 5000 * energy / 4).squareRoot()
      let size = norm(row[0..<3])
      let (p, _) = CoulombExplosion(four).explode(row)
      #expect(worstError(p, row.map { $0 * each / size }, width: 12) < 1e-10)
    }
  }

  @Test("given momenta add a drift of the whole and nothing else")
  func drift() {
    let masses = Molecule.carbonylSulfide.masses
    let row = bent(angle: 160)
    let velocity = [0.003, -0.001, 0.002]
    let start = (0..<9).map { masses[$0 / 3] * velocity[$0 % 3] }
    let (moving, _) = CoulombExplosion().explode(row, start: start)
    let (resting, _) = CoulombExplosion().explode(row)
    #expect(worstError(zip(moving, start).map { $0 - $1 }, resting) < 2e-10)
  }
}
