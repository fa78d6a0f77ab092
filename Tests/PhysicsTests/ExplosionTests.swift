import Physics
import Testing

/// The values of an independent simulator that is accurate to 1e-13, and energy.
@Suite struct ExplosionTests {
  static let row = [1.2801, 1.8885, -0.0644, -0.6929, 3.0627, 0, 4.1056, 0, 0]
  static let momenta = [
    -27.839654844499, 69.142112310784, -38.881140157781, -299.729741151898, 170.782055163213,
    15.533374704575, 327.569395996397, -239.924167473997, 23.347765453207,
  ]

  @Test("a full row of momenta", arguments: [(Accuracy.fast, 1e-6), (.precise, 1e-10)])
  func fullRow(accuracy: Accuracy, bound: Double) {
    let (momenta, outcomes) = CoulombExplosion(accuracy: accuracy).explode(Self.row)
    #expect(outcomes[0].isExploded)
    #expect(worstError(momenta, Self.momenta) < bound)
  }

  @Test("a full row of momenta, to the last digit of the table")
  func fullRowExactly() {
    let (momenta, _) = CoulombExplosion(accuracy: .reference).explode(Self.row)
    for (ours, theirs) in zip(momenta, Self.momenta) { #expect(abs(ours - theirs) < 1e-11) }
  }

  @Test(
    "bent by degrees",
    arguments: [
      (180.0, 62.02, 366.60, 428.63), (175, 93.84, 361.15, 422.51), (172, 121.43, 354.89, 414.46),
    ])
  func bentMolecules(angle: Double, c: Double, o: Double, s: Double) throws {
    let (two, _) = CoulombExplosion().explode(bent(angle: angle))
    for (ours, theirs) in zip(norms(two), [c, o, s]) { #expect(abs(ours - theirs) < 0.006) }
    let single = try Molecule.carbonylSulfide.with(charges: [1, 1, 1])
    let (one, _) = CoulombExplosion(single).explode(bent(angle: angle))
    #expect(worstError(one.map { 2 * $0 }, two) < 1e-10)
  }

  @Test("the energy of the straight and of the bent molecule")
  func energies() {
    let straight = Energy.potential(bent(angle: 180), charges: [2, 2, 2])
    #expect(abs(straight - 3.96380) < 5e-6)
    let tilted = Energy.potential(bent(angle: 175), charges: [2, 2, 2])
    #expect(abs(tilted * Units.electronvoltsPerHartree - 107.88) < 0.005)
  }

  @Test("kinetic energy at infinity is potential energy at rest", arguments: families)
  func energyIsConserved(family: GeometryFamily) throws {
    let molecule = Molecule.carbonylSulfide
    let rows = try positions(family, rows: 300)
    for (accuracy, bound) in [(Accuracy.fast, 2e-6), (.precise, 2e-10), (.reference, 1e-13)] {
      let (momenta, _) = CoulombExplosion(accuracy: accuracy).explode(rows)
      for i in stride(from: 0, to: rows.count, by: 9) {
        let kinetic = Energy.kinetic(momenta[i..<i + 9], masses: molecule.masses)
        let potential = Energy.potential(rows[i..<i + 9], charges: molecule.charges)
        #expect(abs(kinetic / potential - 1) < bound)
      }
    }
  }

  @Test("looser and tighter tolerances agree as promised", arguments: families)
  func tolerances(family: GeometryFamily) throws {
    let rows = try positions(family, rows: 1000)
    let (exact, _) = CoulombExplosion(accuracy: .reference).explode(rows)
    let (precise, _) = CoulombExplosion(accuracy: .precise).explode(rows)
    let (fast, _) = CoulombExplosion(accuracy: .fast).explode(rows)
    #expect(worstError(precise, exact) < 1e-10)
    #expect(worstError(fast, exact) < 1e-6)
  }

  @Test("very unequal bonds", arguments: [0.3, 0.03, 0.003, 3e-4])
  func unequalBonds(ratio: Double) {
    let rows = [180.0, 150, 90, 30].flatMap { bent(3 * ratio, 3, angle: $0) }
    let (exact, _) = CoulombExplosion(accuracy: .reference).explode(rows)
    let (precise, _) = CoulombExplosion(accuracy: .precise).explode(rows)
    let (fast, _) = CoulombExplosion(accuracy: .fast).explode(rows)
    #expect(worstError(precise, exact) < 1e-9)
    #expect(worstError(fast, exact) < 5e-6)
  }
}
