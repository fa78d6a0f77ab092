import Glibc
import Physics
import Testing

/// The three families against the figures of an independent implementation.
@Suite struct FamilyTests {
  static let rows = 20_000

  /// Columns of a set, by number.
  private func columns(_ family: GeometryFamily) throws -> [[Double]] {
    let set = try DataSetGenerator(family, seed: 11)
    let table = makeRows(set, 0..<Self.rows, threads: 2)
    return (0..<18).map { c in (0..<Self.rows).map { table[18 * $0 + c] } }
  }

  /// The standard deviation of an atom's components, the three axes together.
  private func deviations(_ columns: [[Double]], from first: Int) -> [Double] {
    (0..<3).map { atom in
      let axes = (0..<3).map { deviation(columns[first + 3 * atom + $0]) }
      return (mean(axes.map { $0 * $0 })).squareRoot()
    }
  }

  private func energies(_ columns: [[Double]]) -> [Double] {
    (0..<Self.rows).map { row in
      Energy.kinetic(
        (9..<18).map { columns[$0][row] }, masses: Molecule.carbonylSulfide.masses)
    }
  }

  /// Bonds and angle of every row.
  private func shapes(_ columns: [[Double]]) -> (co: [Double], cs: [Double], angle: [Double]) {
    let all = (0..<Self.rows).map { row in
      let co = (0..<3).map { columns[3 + $0][row] - columns[$0][row] }
      let cs = (0..<3).map { columns[6 + $0][row] - columns[$0][row] }
      let product = zip(co, cs).reduce(0) { $0 + $1.0 * $1.1 }
      let cosine = max(-1, min(1, product / (norm(co) * norm(cs))))
      return (norm(co), norm(cs), acos(cosine) * 180 / Double.pi)
    }
    return (all.map(\.0), all.map(\.1), all.map(\.2))
  }

  private func expect(
    _ values: [Double], _ expected: [Double], within relative: Double,
    location: SourceLocation = #_sourceLocation
  ) {
    for (value, wanted) in zip(values, expected) {
      #expect(
        abs(value / wanted - 1) < relative, "\(value), not \(wanted)", sourceLocation: location)
    }
  }

  @Test("random: atoms in a cube")
  func random() throws {
    let columns = try columns(.random(RandomFamily()))
    expect(deviations(columns, from: 0), [2.33, 2.17, 1.34], within: 0.01)
    expect(deviations(columns, from: 9), [130, 137, 139], within: 0.012)
    let energy = energies(columns).sorted()
    #expect(energy[0] > 0.8 && energy[Self.rows - 1] < 12 / 1.5)
    #expect(abs(energy[Self.rows / 2] - 2.9) < 0.5)
    let (co, cs, _) = shapes(columns)
    #expect(min(co.min() ?? 0, cs.min() ?? 0) >= 1.5)
    expectCentered(columns)
  }

  @Test("random: atoms in a ball")
  func ball() throws {
    let table = try positions(.random(.ball), rows: 2000)
    let places = stride(from: 0, to: table.count, by: 9).map { Array(table[$0..<$0 + 9]) }
    for row in places {
      #expect(norm((0..<3).map { row[3 + $0] - row[$0] }) >= 0.5)
      #expect(norm((0..<3).map { row[3 + $0] - row[$0] }) <= 8)
    }
  }

  @Test("equilibrium: a vibrating molecule at 300 K")
  func equilibrium() throws {
    let columns = try columns(.equilibrium(EquilibriumFamily()))
    let (co, cs, angle) = shapes(columns)
    expect([mean(co), mean(cs), mean(angle)], [2.194, 2.956, 173], within: 0.002)
    expect([deviation(co), deviation(cs)], [0.067, 0.074], within: 0.02)
    #expect(abs((angle.min() ?? 0) - 154) < 5)
    expect(deviations(columns, from: 9), [66, 206, 240], within: 0.012)
    let energy = energies(columns).sorted()
    // The range of the page is that of most rows.
    expect([energy[Self.rows / 200], energy[Self.rows * 199 / 200]], [3.73, 4.19], within: 0.02)
    expectCentered(columns)
  }

  @Test("oriented: the frame of the published data")
  func oriented() throws {
    let columns = try columns(.oriented(OrientedFamily()))
    #expect(columns[5].allSatisfy { $0 == 0 } && columns[7].allSatisfy { $0 == 0 })
    #expect(columns[8].allSatisfy { $0 == 0 })
    #expect(columns[6].allSatisfy { $0 > 0 } && columns[4].allSatisfy { $0 >= 0 })
    #expect(deviation(columns[2]) > 0.1)
    let (co, cs, angle) = shapes(columns)
    expect([mean(co), mean(cs), mean(angle)], [2.5, 3.4, 150], within: 0.005)
    expect(
      [deviation(co), deviation(cs)], [1.4 / 12.squareRoot(), 2 / 12.squareRoot()], within: 0.02)
    let centered = try positions(.oriented(OrientedFamily(offset: 0)), rows: 200)
    let masses = Molecule.carbonylSulfide.masses
    for i in stride(from: 0, to: centered.count, by: 9) {
      for axis in 0..<3 {
        let sum = (0..<3).reduce(0) { $0 + masses[$1] * centered[i + 3 * $1 + axis] }
        #expect(abs(sum) < 1e-9 * masses[0])
      }
    }
  }

  private func expectCentered(_ columns: [[Double]]) {
    let masses = Molecule.carbonylSulfide.masses
    for axis in 0..<3 {
      for row in stride(from: 0, to: Self.rows, by: 97) {
        let sum = (0..<3).reduce(0) { $0 + masses[$1] * columns[3 * $1 + axis][row] }
        #expect(abs(sum) < 1e-9 * masses[0])
      }
    }
  }

  @Test("options: fixed orientation and zero-point motion")
  func options() throws {
    let cold = EquilibriumFamily(temperature: 0, fixedOrientation: true)
    let rows = try positions(.equilibrium(cold), rows: 5000)
    let bonds = stride(from: 0, to: rows.count, by: 9).map { rows[$0] - rows[$0 + 3] }
    #expect(abs(mean(bonds) - 2.186) < 0.005)
    #expect(abs(deviation(bonds) - 0.067) < 0.002)
  }
}
