import Testing
import Text

@testable import Physics

@Suite struct StructureTests {
  @Test(
    "fields give the frequencies that were measured",
    arguments: [
      ("OCS", [520, 520, 859, 2062], 1e-4), ("CO2", [673, 673, 1354, 2396], 1e-3),
      ("H2O", [1649, 3832, 3943], 2e-3), ("CS2", [398, 398, 673, 1559], 1e-3),
      ("CHBrClF", [225, 313, 426, 664, 787, 1077, 1205, 1311, 3026], 0.09),
    ] as [(String, [Double], Double)])
  func frequencies(name: String, measured: [Double], bound: Double) throws {
    let molecule = try Molecule(name)
    let modes = try molecule.structure?.modes(masses: molecule.masses)
    let found = try #require(modes).wavenumbers
    #expect(found.count == measured.count)
    for (ours, theirs) in zip(found, measured) {
      #expect(abs(ours / theirs - 1) < bound, "\(found)")
    }
  }

  @Test("a Hessian from a file is the field that it was made of, whatever its rigid forces")
  func hessian() throws {
    for name in ["OCS", "H2O", "CHBrClF"] {
      let molecule = try Molecule(name)
      let structure = try #require(molecule.structure)
      let expected = try #require(try structure.modes(masses: molecule.masses))
      var hessian: [[Double]]
      switch structure.field {
      case .linear(let field): hessian = try field.hessian(masses: molecule.masses)
      case .valence(let field): hessian = field.hessian(structure.geometry)
      default: return #expect(Bool(false), "\(name) has no field")
      }
      // A force on the whole molecule, as numerical derivatives leave it.
      for i in stride(from: 0, to: hessian.count, by: 3) {
        for j in stride(from: 0, to: hessian.count, by: 3) {
          hessian[i][j] +=
            1e-3 * molecule.masses[i / 3] * molecule.masses[j / 3]
            / (molecule.mass * molecule.mass)
        }
      }
      let modes = try NormalModes(
        hessian: hessian, geometry: structure.geometry, masses: molecule.masses)
      #expect(modes.frequencies.count == expected.frequencies.count)
      for (ours, theirs) in zip(modes.frequencies, expected.frequencies) {
        #expect(abs(ours / theirs - 1) < 1e-6, "\(name)")
      }
    }
  }

  @Test("Hessians that belong to no minimum are refused")
  func refusals() throws {
    let water = try Molecule("H2O")
    let structure = try #require(water.structure)
    guard case .valence(let field) = structure.field else { return #expect(Bool(false)) }
    let right = field.hessian(structure.geometry)
    var skew = right
    skew[0][1] += 0.1
    let negative = right.map { $0.map { -$0 } }
    let small = Array(right.dropLast())
    for hessian in [skew, negative, small, right.map { $0.map { _ in 0 } }] {
      #expect(throws: Failure.self) {
        try NormalModes(hessian: hessian, geometry: structure.geometry, masses: water.masses)
      }
    }
  }

  @Test("families of any molecule: the mean geometry, and what has no field")
  func families() throws {
    let water = try Molecule("H2O")
    let rows = try GeometryFamily.equilibrium(EquilibriumFamily(temperature: 0))
      .positions(0..<4000, of: water, seed: 1)
    let geometries = (0..<4000).map { Array(rows[9 * $0..<9 * ($0 + 1)]) }
    let lengths = geometries.map { Molecule.length(water.bonds[0], $0) }
    let degrees = geometries.map { Molecule.degrees(water.angles[0], $0) }
    #expect(abs(mean(lengths) - 0.9572 / Units.angstromsPerBohr) < 0.02)
    #expect(abs(mean(degrees) - 104.52) < 1)
    // √⟨(δr)²⟩ of O–H at the zero point is 0.0677 Å.
    #expect(abs(deviation(lengths) * Units.angstromsPerBohr - 0.0677) < 0.004)
    for name in ["CH4", "C2H6"] {
      let molecule = try Molecule(name)
      #expect(throws: Failure.self) {
        try GeometryFamily.equilibrium(EquilibriumFamily()).positions(0..<1, of: molecule, seed: 1)
      }
      let rows = try GeometryFamily.random(RandomFamily()).positions(0..<9, of: molecule, seed: 1)
      #expect(rows.allSatisfy { $0.isFinite })
    }
    let five = try Molecule("CHBrClF")
    #expect(throws: Failure.self) {
      try GeometryFamily.oriented(OrientedFamily()).positions(0..<1, of: five, seed: 1)
    }
  }

  @Test("too many atoms are refused immediately")
  func crowds() throws {
    let molecule = try Molecule("C28")
    #expect(throws: Failure.self) {
      try GeometryFamily.random(RandomFamily()).positions(0..<1, of: molecule, seed: 1)
    }
    let large = GeometryFamily.random(RandomFamily(shape: .cube(half: 8)))
    #expect(try large.positions(0..<1, of: molecule, seed: 1).allSatisfy { $0.isFinite })
  }

  @Test("two and eight atoms explode with energy conserved", arguments: ["HF", "C2H6"])
  func sizes(name: String) throws {
    let molecule = try Molecule(name)
    let set = try DataSetGenerator(
      .random(RandomFamily()), molecule: molecule, seed: 1,
      charges: ChargeStates([molecule.charges, molecule.charges.map { $0 + 1 }]))
    let (n, width) = (molecule.width, set.width)
    let rows = makeRows(set, 0..<200)
    for row in 0..<200 {
      let all = Array(rows[row * width..<(row + 1) * width])
      let kinetic = Energy.kinetic(all[n..<2 * n], masses: molecule.masses)
      let potential = Energy.potential(all[..<n], charges: Array(all[(2 * n)...]))
      #expect(abs(kinetic / potential - 1) < 1e-5)
    }
  }
}
