import Physics
import Testing
import Text

@Suite struct BadInputTests {
  @Test("bad rows are named and leave their neighbors alone")
  func badRows() {
    let good = bent(angle: 170)
    let nan = Double.nan
    let bad: [([Double], Outcome)] = [
      ([0, 0, 0, 0, 0, 0, 3, 0, 0], .coincidentAtoms),
      ([1, 1, 1, 1, 1, 1, 1, 1, 1], .coincidentAtoms),
      ([0, 0, 0, 2, 0, 0, 2, 0, 0], .coincidentAtoms),
      ([nan, 0, 0, 2, 0, 0, -3, 0, 0], .notFinite),
      ([0, 0, 0, 2, 0, nan, -3, 0, 0], .notFinite),
      ([0, 0, 0, .infinity, 0, 0, -3, 0, 0], .notFinite),
      ([-1e308, 0, 0, 1e308, 0, 0, -3, 0, 0], .notFinite),
    ]
    let rows = bad.flatMap { good + $0.0 } + good
    let (momenta, outcomes) = CoulombExplosion().explode(rows)
    let expected = CoulombExplosion().explode(good).momenta
    for (i, (_, outcome)) in bad.enumerated() {
      #expect(outcomes[2 * i].isExploded)
      #expect(Array(momenta[18 * i..<18 * i + 9]) == expected)
      #expect(outcomes[2 * i + 1] == outcome)
      #expect(momenta[18 * i + 9..<18 * i + 18].allSatisfy { $0.isNaN })
    }
  }

  @Test("charges that do not repel, and momenta that are none")
  func badCharges() {
    let rows = [Double]((0..<4).flatMap { _ in bent(angle: 170) })
    let charges = [2.0, 2, 2, 2, -1, 2, 0, 1, 1, 1, .nan, 1]
    let (_, outcomes) = CoulombExplosion().explode(rows, charges: charges)
    #expect(outcomes[0].isExploded)
    #expect(Array(outcomes[1...]) == [.notRepulsive, .notRepulsive, .notFinite])
    var start = rows.map { _ in 0.0 }
    start[10] = .nan
    let moving = CoulombExplosion().explode(rows, start: start)
    #expect(moving.outcomes.map(\.isExploded) == [true, false, true, true])
    #expect(moving.outcomes[1] == .notFinite)
  }

  @Test("a row that is too hard is given up")
  func stepLimit() {
    var accuracy = Accuracy.precise
    accuracy.stepLimit = 3
    let (momenta, outcomes) = CoulombExplosion(accuracy: accuracy).explode(bent(angle: 170))
    #expect(outcomes == [.tooManySteps])
    #expect(momenta.allSatisfy { $0.isNaN })
  }

  @Test("sizes far from molecules explode, or are named")
  func extremes() {
    for size in [1e-250, 1e-100, 1e-9, 1e9, 1e100, 1e250] {
      let (momenta, outcomes) = CoulombExplosion().explode(bent(angle: 170).map { $0 * size })
      #expect(outcomes[0].isExploded == momenta.allSatisfy { $0.isFinite })
    }
    let (_, none) = CoulombExplosion().explode([])
    #expect(none.isEmpty)
  }

  @Test("what cannot be simulated is refused with a hint")
  func refusals() {
    func refusal(_ body: () throws -> Void) -> String? {
      do { try body() } catch let error as Failure { return error.message } catch {}
      return nil
    }
    let molecule = Molecule.carbonylSulfide
    #expect(
      refusal { _ = try molecule.with(charges: [2, 2]) } == "2 charges for 3 atoms")
    #expect(
      refusal { _ = try molecule.with(charges: [2, -2, 2]) }
        == "charges [2.0, -2.0, 2.0]: every pair of ions must repel")
    #expect(refusal { _ = try molecule.with(charges: [2, 0, 2]) } != nil)
    #expect(refusal { _ = try Molecule(names: ["a"], masses: [], charges: [1]) } != nil)
    #expect(refusal { _ = try Molecule(names: [], masses: [], charges: []) } != nil)
    let families: [GeometryFamily] = [
      .random(RandomFamily(closest: 9)), .random(RandomFamily(shape: .cube(half: -1))),
      .random(RandomFamily(shape: .ball(radius: .nan))),
      .equilibrium(EquilibriumFamily(temperature: -1)), .oriented(OrientedFamily(leastAngle: 190)),
      .oriented(OrientedFamily(offset: -1)),
    ]
    for family in families {
      #expect(refusal { _ = try DataSetGenerator(family, seed: 1) } != nil)
    }
    let fine = GeometryFamily.random(RandomFamily())
    #expect(refusal { _ = try DataSetGenerator(fine, seed: 1, noise: .relative(-1)) } != nil)
    #expect(
      refusal { _ = try DataSetGenerator(fine, seed: 1, charges: ChargeStates([])) } != nil)
    #expect(
      refusal { _ = try DataSetGenerator(fine, seed: 1, start: ThermalMomenta(temperature: -3)) }
        != nil)
  }
}
