import Physics
import Testing
import Text

@Suite struct MoleculeTests {
  @Test("OCS has the masses and columns that its data sets have")
  func carbonylSulfide() throws {
    let ocs = try Molecule("OCS")
    #expect(ocs == .carbonylSulfide && ocs.names == ["c", "o", "s"] && ocs.charges == [2, 2, 2])
    #expect(ocs.masses == [21894.71361, 29164.39289, 58441.80487])
    #expect(ocs.chargeColumns == ["qc", "qo", "qs"])
    #expect(ocs.bonds.map(ocs.name) == ["co", "cs"] && ocs.angles.map(ocs.name) == ["ocs"])
    #expect(ocs.bonds.map(ocs.label) == ["C–O", "C–S"])
    #expect(try Molecule("COS") == ocs, "the same atoms in the same order")
    #expect(
      try Molecule(names: ocs.names, masses: ocs.masses, charges: [1, 1, 1])
        == ocs.with(charges: [1, 1, 1]))
  }

  @Test("atoms, columns and bonds of other molecules")
  func others() throws {
    let carbonDioxide = try Molecule("CO2")
    #expect(carbonDioxide.positionColumns.suffix(6) == ["o1x", "o1y", "o1z", "o2x", "o2y", "o2z"])
    #expect(carbonDioxide.momentumColumns.first == "pcx")
    #expect(carbonDioxide.bonds.map(carbonDioxide.name) == ["c_o1", "c_o2"])
    #expect(carbonDioxide.angles.map(carbonDioxide.label) == ["O1–C–O2"])
    #expect(try Molecule("H2O").charges == [2, 1, 1])
    let chiral = try Molecule("CHBrClF")
    #expect(chiral.names == ["c", "h", "br", "cl", "f"] && chiral.angles.count == 6)
    #expect(chiral.bonds.map(chiral.name) == ["c_h", "c_br", "c_cl", "c_f"])
    #expect(chiral.handednessAtoms == [0, 1, 2, 3])
    let acetylene = try Molecule("C2H2")
    #expect(acetylene.bonds.map(acetylene.name) == ["c1_c2", "c1_h1", "c2_h2"])
    #expect(acetylene.angles.map(acetylene.name) == ["c2_c1_h1", "c1_c2_h2"])
    for molecule in Molecule.known {
      #expect(molecule.bonds.count == molecule.atoms - 1, "\(molecule.name) is a tree")
      #expect(try Molecule(molecule.name) == molecule)
    }
  }

  @Test("formulas are read in their order, isotopes in brackets")
  func formulas() throws {
    let ethane = try Molecule("C2H6")
    #expect(ethane.name == "C2H6" && ethane.atoms == 8 && ethane.names.last == "h6")
    #expect(ethane.bonds.count == 7 && ethane.structure == nil)
    let heavy = try Molecule("[13C]O2")
    #expect(heavy.elements == ["13C", "O", "O"] && heavy.names == ["c", "o1", "o2"])
    #expect(heavy.name == "[13C]O2" && heavy.structure == nil)
    #expect(heavy.masses[0] == (13.0033548353 * Units.unifiedMass * 1e5).rounded() / 1e5)
    let water = try Molecule("HDO")
    #expect(water.names == ["h", "d", "o"] && water.charges == [1, 1, 2])
    #expect(Element("12C")?.weight == 12 && Element("2H") == Element("D"))
  }

  @Test(
    "invalid molecules are refused",
    arguments: ["", "co2", "CO0", "C99", "Xx", "[13C", "[99C]", "C O"])
  func refusals(text: String) {
    #expect(throws: Failure.self) { try Molecule(text) }
  }

  @Test("equal column names are refused: positions of Pb and momenta of B")
  func collision() {
    #expect(throws: Failure.self) { try Molecule("PbB") }
  }

  @Test("an XYZ file gives the geometry, and another one the Hessian")
  func file() throws {
    let carbonDioxide = try Molecule("CO2")
    let text = "3\nany comment\nC 0 0 0\n O -1.16 0 0 \nO 1.16 0 0 7\n"
    let bare = try Molecule(xyz: text)
    #expect(bare.structure?.geometry == carbonDioxide.structure?.geometry)
    #expect(bare.structure?.field == nil && bare.bonds == carbonDioxide.bonds)
    let numbers = (0..<81).map { $0 % 10 == 0 ? "1" : "0" }.joined(separator: "\n")
    let whole = try Molecule(xyz: text, hessian: numbers)
    guard case .hessian(let rows) = whole.structure?.field else {
      Issue.record("no Hessian")
      return
    }
    #expect(rows.count == 9 && rows[3] == [0, 0, 0, 1, 0, 0, 0, 0, 0])
    for bad in ["", "x\n", "3\n\nC 0 0 0\n", "1\n\nC 0 0\n", "2\n\nC 0 0 0\nO 0 0 0\n"] {
      #expect(throws: Failure.self, "\(bad)") { try Molecule(xyz: bad) }
    }
    #expect(throws: Failure.self) { try Molecule(xyz: text, hessian: "1 2 3") }
  }

  @Test("handedness changes its sign in a mirror, and in nothing else")
  func handedness() throws {
    let chiral = try Molecule("CHBrClF")
    let family = GeometryFamily.equilibrium(EquilibriumFamily())
    let rows = try family.positions(0..<50, of: chiral, seed: 3)
    let signs = (0..<50).map { chiral.handedness(Array(rows[15 * $0..<15 * ($0 + 1)])) }
    #expect(signs.allSatisfy { $0.sign == signs[0].sign && abs($0) > 0.3 })
    let mirrored = rows[..<15].enumerated().map { $0 % 3 == 0 ? -$1 : $1 }
    #expect(abs(chiral.handedness(mirrored) + signs[0]) < 1e-12)
    let both = try GeometryFamily.equilibrium(EquilibriumFamily(racemic: true))
      .positions(0..<400, of: chiral, seed: 3)
    let right = (0..<400).count { chiral.handedness(Array(both[15 * $0..<15 * ($0 + 1)])) > 0 }
    #expect((160...240).contains(right))
    #expect(Molecule.carbonylSulfide.handednessAtoms == nil)
  }
}
