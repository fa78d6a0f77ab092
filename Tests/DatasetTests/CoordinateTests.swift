import Datasets
import Testing
import Text

@testable import Physics

/// A data set as a file would give it: both sets of columns in `Float`.
func simulated(
  _ family: GeometryFamily = .random(RandomFamily()), rows: Int, seed: UInt64 = 1,
  charges: ChargeStates? = nil, noise: MomentumNoise? = nil
) throws -> Table<Float> {
  let set = try DataSetGenerator(family, seed: seed, charges: charges, noise: noise)
  var values = [Double](repeating: 0, count: rows * set.width)
  _ = values.withUnsafeMutableBufferPointer { set.makeRows(0..<rows, into: $0) }
  let table = Table<Float>(columns: set.columns, rows: rows)
  for i in values.indices { table.values[i] = Float(values[i]) }
  return table
}

/// Positions in the canonical frame, row after row.
func canonicalPositions(_ table: Table<Float>) throws -> Table<Float> {
  let frame = try EventFrame(.canonical)
  let result = Table<Float>(columns: frame.molecule.positionColumns, rows: table.rows)
  for row in 0..<table.rows {
    let numbers = table[row].map { Double($0) }
    let orientation = frame.orientation(of: Array(numbers[9...]))
    for (c, x) in frame.toFrame(positions: Array(numbers[..<9]), orientation).enumerated() {
      result[row, c] = Float(x)
    }
  }
  return result
}

private func source(_ table: Table<Float>) -> RowSource {
  RowSource(table, columns: Array(0..<table.width))
}

extension Coordinates {
  /// All rows as the model has them, and back.
  fileprivate func encode(_ table: Table<Float>) -> [Float] {
    (0..<table.rows).flatMap { number in
      var row = table[number].map(Double.init)
      var u = [Float](repeating: 0, count: count)
      row.withUnsafeMutableBufferPointer { row in
        u.withUnsafeMutableBufferPointer { _ = encode(row, into: $0) }
      }
      return u
    }
  }

  fileprivate func decode(_ u: [Float]) -> [Float] {
    stride(from: 0, to: u.count, by: count).flatMap { start in
      var row = [Double](repeating: 0, count: width)
      u[start..<start + count].withUnsafeBufferPointer { u in
        row.withUnsafeMutableBufferPointer { decode(u, into: $0) }
      }
      return row.map(Float.init)
    }
  }
}

@Suite struct CoordinateTests {
  private let masses = Molecule.carbonylSulfide.masses

  @Test("A u + b is what decoding gives, and decoding undoes encoding", arguments: [true, false])
  func expansion(independent: Bool) throws {
    let frame = try canonicalPositions(simulated(rows: 500))
    for kind in ScalerKind.allCases {
      let map = try Coordinates(
        fittedTo: source(frame), kind: kind, closure: independent ? .init(masses: masses) : nil,
        constants: .drop, tolerance: 1e-4)
      #expect(map.count == (independent ? 4 : 6))
      let u = map.encode(frame)
      let back = map.decode(u)
      let worst = zip(frame.values, back).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 2e-5)
      let (a, b) = map.expansion
      for row in 0..<20 {
        for c in 0..<9 {
          var y = b[c]
          for k in 0..<map.count { y += a[c * map.count + k] * Double(u[row * map.count + k]) }
          #expect(abs(y - Double(back[row * 9 + c])) < 1e-6)
        }
      }
    }
  }

  @Test("the heaviest atom is restored so that the center of mass is at 0")
  func closure() throws {
    let closure = Coordinates.Closure(masses: masses)
    #expect(closure.atom == 2)
    #expect(Coordinates.Closure(masses: [3, 3, 1]).atom == 1)
    let frame = try canonicalPositions(simulated(rows: 200))
    let map = try Coordinates(
      fittedTo: source(frame), kind: .standard, closure: closure, constants: .drop,
      tolerance: 1e-4)
    #expect(map.names == ["cx", "cy", "ox", "oy"])
    let y = map.decode([0.3, -2, 1.5, 0.25]).map { Double($0) }
    for axis in 0..<3 {
      let center = (0..<3).reduce(0.0) { $0 + masses[$1] * y[3 * $1 + axis] }
      #expect(abs(center / masses[2]) < 1e-6)
    }
    #expect(abs(y[2]) < 1e-6 && abs(y[5]) < 1e-6 && abs(y[8]) < 1e-6)
  }

  @Test("constant directions are removed with independent coordinates only")
  func rank() throws {
    let frame = try canonicalPositions(simulated(rows: 2000))
    for independent in [true, false] {
      let map = try Coordinates(
        fittedTo: source(frame), kind: .standard,
        closure: independent ? .init(masses: masses) : nil, constants: .drop, tolerance: 1e-4)
      let k = map.count
      let u = map.encode(frame).map { Double($0) }
      let covariance = (0..<k).map { i in
        (0..<k).map { j in
          (0..<frame.rows).reduce(0) { $0 + u[$1 * k + i] * u[$1 * k + j] } / Double(frame.rows)
        }
      }
      let values = SymmetricEigenproblem(covariance).values
      let ratio = (values.first ?? 0) / (values.last ?? 1)
      #expect(independent ? ratio > 1e-3 : abs(ratio) < 1e-9, "\(values)")
    }
  }

  @Test("how constant the columns of a plane are in single precision")
  func rounding() throws {
    for family in [GeometryFamily.random(RandomFamily()), .equilibrium(EquilibriumFamily())] {
      let frame = try canonicalPositions(simulated(family, rows: 20_000))
      let deviations = source(frame).statistics(threads: 1).map(\.standardDeviation)
      for z in [2, 5, 8] { #expect(deviations[z] < 3e-8) }
      for xy in [0, 1, 3, 4, 6, 7] { #expect(deviations[xy] > 2e-3) }
    }
  }

  @Test("columns come back from their values; damaged ones are refused")
  func checkpoint() throws {
    let frame = try canonicalPositions(simulated(rows: 100))
    let map = try Coordinates(
      fittedTo: source(frame), kind: .robust, closure: .init(masses: masses), constants: .drop,
      tolerance: 1e-4)
    let again = try Coordinates(map.values)
    #expect(again == map && again.expansion.matrix == map.expansion.matrix)
    var damaged = map.values
    damaged.dependentAtom = 1
    #expect(throws: Failure.self) { try Coordinates(damaged) }
    damaged = map.values
    damaged.weights = [1, 2]
    #expect(throws: Failure.self) { try Coordinates(damaged) }
  }
}
