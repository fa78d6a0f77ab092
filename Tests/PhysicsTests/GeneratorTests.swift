import Physics
import Randomness
import Testing

func makeRows(_ set: DataSetGenerator, _ rows: Range<Int>, threads: Int = 1) -> [Double] {
  var table = [Double](repeating: .nan, count: rows.count * set.width)
  let report = table.withUnsafeMutableBufferPointer {
    set.makeRows(rows, into: $0, threads: threads)
  }
  #expect(report.rows == rows.count && report.failed == 0)
  return table
}

@Suite struct GeneratorTests {
  @Test("a row depends on the seed and its number, not on threads or chunks", arguments: families)
  func reproducibility(family: GeometryFamily) throws {
    let set = try DataSetGenerator(
      family, seed: 77, charges: ChargeStates([[2, 2, 2], [1, 2, 3]]), noise: .relative(0.01))
    let whole = makeRows(set, 0..<5000)
    #expect(makeRows(set, 0..<5000, threads: 2) == whole)
    #expect(makeRows(set, 0..<5000, threads: 7) == whole)
    #expect(set.width == 21 && set.columns.suffix(3) == ["qc", "qo", "qs"])
    #expect(makeRows(set, 1000..<3333) == Array(whole[21_000..<69_993]))
    #expect(makeRows(set, 4999..<5000) == Array(whole[104_979...]))
    let other = try DataSetGenerator(family, seed: 78)
    #expect(makeRows(other, 0..<1) != Array(whole[0..<18]))
  }

  @Test("columns are positions and then momenta, by atom")
  func columns() throws {
    let set = try DataSetGenerator(.random(RandomFamily()), seed: 1)
    #expect(
      set.columns == [
        "cx", "cy", "cz", "ox", "oy", "oz", "sx", "sy", "sz", "pcx", "pcy", "pcz", "pox", "poy",
        "poz", "psx", "psy", "psz",
      ])
    let row = makeRows(set, 3..<4)
    let momenta = CoulombExplosion(accuracy: .fast).explode(Array(row[..<9])).momenta
    #expect(Array(row[9...]) == momenta)
  }

  @Test("relative noise has the width it says and no total", arguments: [0.01, 0.1])
  func relativeNoise(part: Double) throws {
    let family = GeometryFamily.equilibrium(EquilibriumFamily(fixedOrientation: true))
    let clean = makeRows(try DataSetGenerator(family, seed: 5), 0..<4000)
    let noisy = makeRows(try DataSetGenerator(family, seed: 5, noise: .relative(part)), 0..<4000)
    let masses = Molecule.carbonylSulfide.masses
    var oxygen: [Double] = []
    for i in stride(from: 0, to: clean.count, by: 18) {
      #expect(Array(clean[i..<i + 9]) == Array(noisy[i..<i + 9]))
      for axis in 9..<12 {
        #expect(abs(noisy[i + axis] + noisy[i + axis + 3] + noisy[i + axis + 6]) < 1e-10)
      }
      oxygen.append(noisy[i + 13] - clean[i + 13])
    }
    // Own noise without the share that goes back, and the others' shares.
    let sizes = (0..<3).map { atom in
      mean(
        stride(from: 0, to: clean.count, by: 18).map { i in
          let p = norm(clean[i + 9 + 3 * atom..<i + 12 + 3 * atom])
          return p * p
        })
    }
    let share = masses[1] / masses.reduce(0, +)
    let variance = (1 - share) * (1 - share) * sizes[1] + share * share * (sizes[0] + sizes[2])
    #expect(abs(deviation(oxygen) / (part * variance.squareRoot()) - 1) < 0.04)
  }

  @Test("the report has the width of the noise that is left", arguments: [1, 3])
  func noiseWidths(threads: Int) throws {
    let family = GeometryFamily.equilibrium(EquilibriumFamily())
    let masses = Molecule.carbonylSulfide.masses
    let shares = masses.map { $0 / masses.reduce(0, +) }
    let clean = makeRows(try DataSetGenerator(family, seed: 5), 0..<4000)
    for (noise, isRelative) in [(MomentumNoise.relative(0.02), true), (.absolute(3), false)] {
      let set = try DataSetGenerator(family, seed: 5, noise: noise)
      var table = [Double](repeating: 0, count: 4000 * 18)
      let report = table.withUnsafeMutableBufferPointer {
        set.makeRows(0..<4000, into: $0, threads: threads)
      }
      for atom in 0..<3 {
        // As it is in the rows, and as it should be.
        var (found, expected) = (0.0, 0.0)
        for i in stride(from: 0, to: clean.count, by: 18) {
          let sizes = (0..<3).map { norm(clean[i + 9 + 3 * $0..<i + 12 + 3 * $0]) }
          let unit = isRelative ? sizes[atom] : 1
          for axis in i + 9 + 3 * atom..<i + 12 + 3 * atom {
            found += (table[axis] - clean[axis]) * (table[axis] - clean[axis]) / (unit * unit)
          }
          for other in 0..<3 {
            let part = other == atom ? 1 - shares[atom] : shares[atom]
            let sigma = isRelative ? 0.02 * sizes[other] / unit : 3
            expected += 3 * part * part * sigma * sigma
          }
        }
        let width = report.noise.values[atom]
        #expect(abs(width / (found / 12_000).squareRoot() - 1) < 1e-9)
        #expect(abs(width / (expected / 12_000).squareRoot() - 1) < 0.03)
      }
    }
    #expect(SimulationReport().noise.values.isEmpty)
  }

  @Test("absolute noise, and charges drawn for every row")
  func absoluteNoiseAndCharges() throws {
    let family = GeometryFamily.equilibrium(EquilibriumFamily())
    let clean = makeRows(try DataSetGenerator(family, seed: 5), 0..<4000)
    let noisy = makeRows(try DataSetGenerator(family, seed: 5, noise: .absolute(3)), 0..<4000)
    let added = stride(from: 9, to: clean.count, by: 18).map { noisy[$0] - clean[$0] }
    let shares = Molecule.carbonylSulfide.masses.map { $0 / Molecule.carbonylSulfide.mass }
    let expected = (1 - 2 * shares[0] + 3 * shares[0] * shares[0]).squareRoot()
    #expect(abs(deviation(added) / (3 * expected) - 1) < 0.05)

    let states = ChargeStates([[2, 2, 2], [1, 1, 1]])
    let mixed = makeRows(try DataSetGenerator(family, seed: 5, charges: states), 0..<4000)
    var halved = 0
    for row in 0..<4000 {
      let charge = mixed[21 * row + 18]
      #expect(abs(mixed[21 * row + 9] / clean[18 * row + 9] - charge / 2) < 1e-6)
      if charge == 1 { halved += 1 }
    }
    #expect(abs(halved - 2000) < 160)
  }

  @Test("thermal momenta add their energy")
  func thermalStart() throws {
    let family = GeometryFamily.equilibrium(EquilibriumFamily())
    let temperature = 30_000.0
    let set = try DataSetGenerator(
      family, seed: 5, accuracy: .precise, start: ThermalMomenta(temperature: temperature))
    let rows = makeRows(set, 0..<4000, threads: 2)
    let molecule = Molecule.carbonylSulfide
    let gained = stride(from: 0, to: rows.count, by: 18).map { i in
      Energy.kinetic(rows[i + 9..<i + 18], masses: molecule.masses)
        - Energy.potential(rows[i..<i + 9], charges: molecule.charges)
    }
    // Six of the nine kT/2 remain when the whole does not drift.
    #expect(abs(mean(gained) / (3 * Units.kelvin * temperature) - 1) < 0.05)
    #expect(gained.allSatisfy { $0 > -1e-9 })
  }

  @Test("random streams are where checkpoints expect them")
  func streams() {
    #expect(RandomStream.rounding.rawValue == 7 && RandomStream.geometry.rawValue == 8)
    #expect(RandomStream.momentumNoise.rawValue == 11)
  }
}

extension GeneratorTests {
  @Test("momenta that something else computes come to the same rows")
  func elsewhere() throws {
    for start in [nil, ThermalMomenta(temperature: 300)] {
      let set = try DataSetGenerator(
        .random(RandomFamily()), seed: 7, charges: ChargeStates([[2, 2, 2], [1, 2, 3]]),
        noise: .absolute(0.5), start: start)
      var table = [Double](repeating: .nan, count: 2500 * set.width)
      let report = try table.withUnsafeMutableBufferPointer {
        try set.makeRows(100..<2600, into: $0, threads: 2, on: set.explosion)
      }
      #expect(table == makeRows(set, 100..<2600))
      #expect(report.rows == 2500 && report.failed == 0 && report.steps > 0)
    }
  }
}
