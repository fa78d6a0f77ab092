import Physics
import Testing

@Suite struct FeatureTests {
  private let molecule = Molecule.carbonylSulfide

  @Test("values by hand")
  func values() {
    let features = MomentumFeatures([.magnitudes, .energies, .angles], of: molecule, in: .centered)
    #expect(
      features.columns == [
        "magnitude_c", "magnitude_o", "magnitude_s", "energy_c", "energy_o", "energy_s",
        "angle_c_o", "angle_c_s", "angle_o_s",
      ])
    let found = features.of([3, 4, 0, 0, 0, 2, -6, -8, 0])
    let expected = [
      5, 2, 10, 25 / (2 * 21894.71361), 4 / (2 * 29164.39289), 100 / (2 * 58441.80487),
      Double.pi / 2, Double.pi, Double.pi / 2,
    ]
    #expect(largest(found, expected) < 1e-15)
  }

  @Test("in the canonical frame energies are parts of the whole")
  func shares() throws {
    let frame = try EventFrame(.canonical)
    let features = MomentumFeatures([.energies], of: molecule, in: .canonical)
    for event in try events(.random(.ball), rows: 50) {
      let orientation = frame.orientation(of: event.momenta)
      let parts = features.of(frame.toFrame(momenta: event.momenta, orientation))
      #expect(abs(parts.reduce(0, +) - 1) < 1e-12)
    }
  }

  @Test("the list decides what there is, in its order")
  func list() throws {
    let some = MomentumFeatures([.angles, .magnitudes], of: molecule, in: .raw)
    #expect(some.columns.first == "angle_c_o" && some.width == 6)
    let none = MomentumFeatures([], of: molecule, in: .raw)
    #expect(none.of([Double](repeating: 1, count: 9)).isEmpty)
    let four = try MomentumFeatures([.angles], of: PhysicsTests.molecule(fourAtoms), in: .raw)
    #expect(four.width == 6 && four.columns.last == "angle_g_b")
  }

  @Test("an atom at rest makes angles of 0, whichever way the others go")
  func rest() {
    let features = MomentumFeatures([.angles], of: molecule, in: .raw)
    #expect(features.of([0, 0, 0, 200, 400, 400, -200, -400, -400])[..<2] == [0, 0])
    #expect(features.of([0, 0, 0, -200, -400, -400, 200, 400, 400])[..<2] == [0, 0])
  }

  @Test("finite for momenta that are zero, huge or parallel")
  func finite() {
    let features = MomentumFeatures(MomentumFeature.allCases, of: molecule, in: .raw)
    let zero = features.of([Double](repeating: 0, count: 9))
    #expect(zero.allSatisfy { $0 == 0 })
    for size in [1e-30, 1e30] {
      let row = features.of([1, 2, 3, 1, 2, 3, -1, -2, -3].map { size * $0 })
      #expect(row.allSatisfy { $0.isFinite })
    }
  }
}
