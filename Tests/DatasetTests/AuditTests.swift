import Physics
import Testing
import Text

@testable import Datasets

private func lines(_ table: Table<Float>, _ molecule: Molecule = .carbonylSulfide) throws
  -> [String: String]
{
  let audit = try Audit(of: table, molecule: molecule, threads: 2)
  return Dictionary(
    uniqueKeysWithValues: audit.findings.map { ($0.topic, "\($0.severity): \($0.text)") })
}

private func changed(
  _ table: Table<Float>, _ columns: Range<Int>, _ change: (Float) -> Float
) -> Table<Float> {
  for row in 0..<table.rows { for c in columns { table[row, c] = change(table[row, c]) } }
  return table
}

@Suite struct AuditTests {
  @Test("clean data cause no warning")
  func clean() throws {
    let audit = try Audit(of: simulated(rows: 20_000), threads: 2)
    #expect(
      audit.findings.map { "\($0.topic) \($0.severity): \($0.text)" } == [
        "columns ok: all 18 columns of positions and momenta",
        "center ok: the center of mass is at 0",
        "momentum ok: the momenta of a row add up to 0",
        "energy ok: KE/PE is 1: atomic units, charges 2,2,2, from rest",
        "explosion ok: the positions, exploded again, give the momenta within 1e-4 (relative, "
          + "median of 300 rows)",
        "distances ok: atoms are 1.5 (C–S) to 12.8 (O–S) apart",
        "duplicates ok: no duplicate rows",
        "frame ok: frame=canonical is suitable: translation, rotation and scale need not be learned",
      ])
    let x = audit.columns[0]
    #expect(x.name == "cx" && abs(x.standardDeviation - 2.33) < 0.05 && !x.isConstant)
    #expect(x.least < -4 && x.most > 4 && abs(x.mean) < 0.1)
    #expect(try Audit(of: simulated(rows: 20_000), threads: 1) == audit)
  }

  @Test("an origin that is not the center of mass, and constant columns")
  func oriented() throws {
    let found = try lines(simulated(.oriented(OrientedFamily()), rows: 4000))
    #expect(
      found["constants"]
        == "note: columns oz, sy, sz are constant: nothing to learn; in "
        + "frame=raw data.constants drops them")
    #expect(
      found["center"]
        == "warning: the center of mass is 1.72 (rms) from 0, 0.683 of the size: momenta do not "
        + "determine it; use frame=canonical or centered. Errors in evaluate are relative to the "
        + "center of mass, which leaves 0.986 bohr² out of the MSE")
  }

  @Test("units are recognized by their energy")
  func units() throws {
    for (positions, momenta, text) in [
      (
        0.529177, 1,
        "0.529 with charges 2,2,2: as for positions in Å (0.529); add --units position=angstrom"
      ),
      (1, 0.5, "0.25 with charges 2,2,2: as for charges 1 (0.25); add --charges 1,1,1"),
      (1, 1.5, "2.25 with charges 2,2,2: as for charges 3 (2.25); add --charges 3,3,3"),
      (
        1, 2,
        "4 with charges 2,2,2: as for charges 4 (4), or momenta in 1e-24 kg m/s (3.97); "
          + "add --charges 4,4,4, or add --units momentum=1e-24si"
      ),
      (
        1, 1 / 83.325,
        "0.000144 with charges 2,2,2: as for momenta in u·Å/fs (0.000144); "
          + "add --units momentum=u.angstrom/fs"
      ),
      (
        1, 3.72894,
        "13.9 with charges 2,2,2: as for momenta in keV/c (13.9); add --units momentum=kev/c"
      ),
      (
        1, 0.01,
        "0.0001 with charges 2,2,2: as for momenta divided by 100 (0.0001); "
          + "add --units momentum=100au"
      ),
      (
        0.529177, 0.5,
        "0.132 with charges 2,2,2: as for positions in Å, charges 1 (0.132); "
          + "add --units position=angstrom and add --charges 1,1,1"
      ),
      (
        52.9177, 1.99285e-24,
        "2.1e-46 with charges 2,2,2: as for positions in pm, momenta in kg m/s (2.1e-46); "
          + "add --units momentum=si,position=pm"
      ),
      (
        5.29177e-11, 1.99285e-24,
        "2.1e-58 with charges 2,2,2: as for positions in m, momenta in kg m/s (2.1e-58); "
          + "add --units momentum=si,position=m"
      ),
    ] as [(Float, Float, String)] {
      let table = changed(
        changed(try simulated(rows: 200), 0..<9) { $0 * positions }, 9..<18
      ) { $0 * momenta }
      #expect(try lines(table)["energy"] == "warning: KE/PE is \(text)")
    }
    let unknown = changed(try simulated(rows: 200), 9..<18) { $0 * 1.234 }
    #expect(
      try lines(unknown)["energy"]
        == "warning: KE/PE is 1.52, which no known units or charges explain: do not use an "
        + "energy loss")
    // The atomic unit of momentum in the others.
    let factors = EnergyUnits.all([2, 2, 2]).prefix(12).map(\.factor)
    let expected = [
      1, 0.25, 2.25, 4, 1 / (83.325 * 83.325), 3.97146, 13.90506, 1e-4, 0.529177,
    ]
    for factor in expected { #expect(factors.contains { abs($0 / factor - 1) < 1e-4 }) }
  }

  @Test(
    "noise on the momenta is estimated",
    arguments: [
      (0.003, "0.994 to 1.01 (5 to 95 %): as with 0.3 %"),
      (0.01, "0.98 to 1.02 (5 to 95 %): as with 0.98 %"),
      (0.03, "0.941 to 1.06 (5 to 95 %): as with 3 %"),
    ])
  func noise(part: Double, text: String) throws {
    let audit = try Audit(of: simulated(rows: 4000, noise: .relative(part)))
    #expect(abs((audit.energy?.noise ?? 0) / part - 1) < 0.1)
    let found = audit.findings.first { $0.topic == "noise" }
    #expect(found?.severity == .note)
    #expect(
      found?.text
        == "KE/PE goes from \(text) noise on the momenta, which limits the accuracy of the geometry"
    )
  }

  @Test("charges that differ from row to row, with and without their columns")
  func mixedCharges() throws {
    let table = try simulated(
      .equilibrium(EquilibriumFamily()), rows: 1000,
      charges: ChargeStates([[1, 1, 1], [2, 2, 2]]))
    #expect(table.columns.suffix(3) == ["qc", "qo", "qs"])
    let known = try lines(table)
    #expect(known["energy"] == "ok: KE/PE is 1: atomic units, charges of each row, from rest")
    #expect(known["columns"] == "ok: all 18 columns of positions and momenta, and charges")
    #expect(known["noise"] == nil)

    let blind = Table<Float>(columns: Array(table.columns.prefix(18)), rows: table.rows)
    for row in 0..<table.rows { for c in 0..<18 { blind[row, c] = table[row, c] } }
    let found = try lines(blind)
    #expect(
      found["noise"]
        == "warning: KE/PE goes from 0.25 to 1 (5 to 95 %): charges differ from row to row "
        + "without columns qc, qo, qs, or positions and momenta do not match")
    #expect(found["energy"] == nil)
    #expect(
      found["frame"]
        == "note: frame=canonical removes rotation, but its scale assumes a constant KE/PE; "
        + "compare with frame=centered")
  }

  @Test("rows that repeat others are counted, the first pair named")
  func duplicates() throws {
    let table = try simulated(rows: 1000)
    for (row, of) in [(500, 3), (700, 3), (701, 500), (900, 899)] {
      for c in 0..<18 { table[row, c] = table[of, c] }
    }
    let audit = try Audit(of: table)
    #expect(audit.duplicates.count == 4)
    #expect(audit.duplicates.first == Duplicates.Pair(row: 500, of: 3))
    #expect(
      try lines(table)["duplicates"]
        == "warning: 4 rows (0.4 %) equal to an earlier row, such as row 501 and row 4: a "
        + "split can put them into training and test")
  }

  @Test("0 and −0 are equal")
  func zeros() throws {
    let table = try simulated(rows: 100)
    for row in 0..<50 { for c in 0..<18 { table[row, c] = row % 2 == 0 ? 0 : -0.0 } }
    #expect(try Audit(of: table).duplicates.count == 49)
  }

  @Test(
    "distances that no molecule has are questioned; single atoms far away are not the same place")
  func distances() throws {
    for (factor, isOdd) in [(2e-9, true), (2e9, true), (1, false)] as [(Float, Bool)] {
      let found = try lines(changed(try simulated(rows: 100), 0..<9) { $0 * factor })["distances"]
      #expect(
        found?.hasSuffix("which no molecule is: are positions in bohr? --units names others")
          == isOdd, "\(found ?? "")")
    }
    let far = try simulated(rows: 100)
    far[7, 0] = 1e13
    #expect(
      try lines(far)["distances"]?.hasSuffix(
        ": an atom is far away, or two are at nearly the same position") == true)
  }

  @Test("shares and ranges have the digits that they need")
  func digits() throws {
    let odd = try simulated(rows: 1000)
    for row in 1..<1000 { for c in 9..<18 { odd[row, c] = 0 } }
    #expect(try lines(odd)["rest"]?.contains("999 rows (99.9 %)") == true)
    let noisy = try lines(simulated(rows: 2000, noise: .relative(3e-4)))["noise"]
    #expect(noisy?.contains("from 0.999") == true, "\(noisy ?? "")")
  }

  @Test("one charge state that is not the molecule's is found by the energies")
  func otherCharges() throws {
    let families: [GeometryFamily] = [.random(RandomFamily()), .equilibrium(EquilibriumFamily())]
    for family in families {
      for (charges, text) in [
        ([3.0, 2, 2], "3,2,2"), ([1, 2, 3], "1,2,3"), ([1, 1, 2], "1,1,2"),
      ] {
        for noise in [nil, MomentumNoise.relative(0.01)] {
          let table = try simulated(
            family, rows: 1000, charges: ChargeStates([charges]), noise: noise)
          let found = try lines(table)
          #expect(
            found["energy"]?.contains(
              " with charges 2,2,2, and 1 with charges \(text): add --charges ")
              == true,
            "\(charges): \(found)")
          #expect(found["noise"] == nil)
        }
      }
    }
    // Units are not charges.
    let feet = changed(try simulated(rows: 200), 9..<18) { $0 * 1.234 }
    #expect(try Audit(of: feet).fittedCharges == nil)
  }

  @Test("momenta without positions are questioned by the size that they stand for")
  func momentaAlone() throws {
    let random = try simulated(rows: 500)
    let equilibrium = try simulated(.equilibrium(EquilibriumFamily()), rows: 500)
    for (factor, isPlausible, unit) in [
      (1, true, ""), (1.99285, false, "momenta in 1e-24 kg m/s"),
      (1.99285e-24, false, "momenta in kg m/s"), (1 / 83.325, false, "momenta in u·Å/fs"),
      (0.01, false, "momenta divided by 100"), (1e15, false, ""), (3.72894, false, "keV/c"),
    ] as [(Float, Bool, String)] {
      for table in [random, equilibrium] {
        let part = Table<Float>(columns: Array(table.columns[9...]), rows: table.rows)
        for row in 0..<table.rows { for c in 0..<9 { part[row, c] = factor * table[row, 9 + c] } }
        let audit = try Audit(of: part)
        let found = try #require(audit.findings.first { $0.topic == "scale" })
        #expect(found.severity == (isPlausible ? .ok : .warning), "\(factor): \(found.text)")
        #expect(found.text.contains(unit), "\(factor): \(found.text)")
        #expect(audit.columns.allSatisfy { !$0.isConstant })
      }
    }
  }

  @Test("small momenta beside positions are not constant; single rows far from the others are odd")
  func sizes() throws {
    let table = changed(try simulated(rows: 500), 9..<18) { $0 * 1.99285e-24 }
    let audit = try Audit(of: table)
    #expect(audit.columns.allSatisfy { !$0.isConstant })
    #expect(try lines(table)["energy"]?.contains("as for momenta in kg m/s") == true)
    let odd = try simulated(rows: 500)
    for (row, c) in [(40, 9), (41, 17)] { odd[row, c] = 1e30 }
    #expect(
      try lines(odd)["outliers"]
        == "warning: 2 rows (0.4 %) with a kinetic energy more than 1,000 times from the median, "
        + "the first is row 41: remove them")
  }

  @Test("drift, rows at rest, rows on a line, atoms in one place, values that are none")
  func badRows() throws {
    let drifting = changed(try simulated(rows: 1000), 9..<12) { $0 * 1.1 }
    #expect(
      try lines(drifting)["momentum"]
        == "warning: momenta of a row add up to 22.4 (rms), 0.0924 of a typical |p|: drift or "
        + "lost ions; frame=canonical or centered removes it")
    let table = try simulated(rows: 1000)
    for c in 9..<18 { table[17, c] = 0 }
    for (c, x) in [60, 0, 0, 360, 0, 0, -420, 0, 0].enumerated() { table[18, 9 + c] = Float(x) }
    for c in 0..<3 { table[19, 3 + c] = table[19, c] }
    table[20, 4] = .nan
    let found = try lines(table)
    #expect(
      found["rest"]
        == "warning: 1 row (0.1 %) without motion relative to the center of mass: frame=canonical "
        + "refuses them; remove them")
    #expect(
      found["collinear"]
        == "note: 1 row (0.1 %) with parallel momenta: their plane is undefined, and "
        + "frame=canonical chooses one")
    #expect(
      found["distances"]
        == "warning: atoms are 0 (C–O) to 12.3 (C–O) apart: two atoms at the same position have "
        + "no finite energy")
    #expect(
      found["finite"]
        == "warning: 1 value in column oy not finite: the loss of such rows is not "
        + "finite either")
    #expect(found["frame"] == "note: frame=centered is suitable: some rows define no axes")
  }

  @Test("with some columns missing, the others are audited")
  func subsets() throws {
    let table = try simulated(rows: 100)
    for (chosen, text) in [
      (
        0..<9,
        "no columns pcx, pcy, pcz, pox, poy, poz, psx, psy, psz: nothing works without them"
      ),
      (9..<18, "no positions: enough to predict from, not to train on"),
      (0..<17, "no column psz: nothing works without it"),
      (1..<18, "no column cx: training needs it"),
    ] {
      let part = Table<Float>(columns: Array(table.columns[chosen]), rows: 100)
      for row in 0..<100 { for c in chosen { part[row, c - chosen.lowerBound] = table[row, c] } }
      let audit = try Audit(of: part)
      #expect(audit.findings.first?.text == text)
      #expect((audit.geometry != nil) == (chosen.lowerBound == 0))
      #expect((audit.motion != nil) == (chosen.upperBound == 18))
      #expect(audit.energy == nil && audit.columns.count == chosen.count)
    }
    let other = Table<Float>(columns: ["a"], rows: 3)
    #expect(throws: Failure.self) { try Audit(of: other) }
    #expect(throws: Failure.self) { try Audit(of: simulated(rows: 0)) }
  }

  @Test("molecules of other atoms are audited alike")
  func otherMolecule() throws {
    let molecule = try Molecule(
      names: ["h", "f"], masses: [1836.15, 34631.97], charges: [1, 1])
    let table = Table<Float>(
      columns: molecule.positionColumns + molecule.momentumColumns, rows: 100)
    let set = try DataSetGenerator(.random(RandomFamily()), molecule: molecule, seed: 1)
    var values = [Double](repeating: 0, count: 1200)
    _ = values.withUnsafeMutableBufferPointer { set.makeRows(0..<100, into: $0) }
    for i in values.indices { table.values[i] = Float(values[i]) }
    let found = try lines(table, molecule)
    #expect(found["energy"] == "ok: KE/PE is 1: atomic units, charges 1,1, from rest")
    #expect(found.values.allSatisfy { $0.hasPrefix("ok") })
  }
}
