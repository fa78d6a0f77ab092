import Glibc
import Physics
import Randomness
import Testing
import Text

/// Derivatives of the momenta by the positions, which the simulator carries along.
@Suite struct TangentTests {
  /// Molecules with masses and charges of all sizes, and rows of positions for them.
  private static func molecule(_ atoms: Int) throws -> Molecule {
    let masses = [21894.7, 29164.4, 58441.8, 1837.0, 35_000.0].prefix(atoms)
    return try Molecule(
      names: (0..<atoms).map { "a\($0)" }, masses: Array(masses),
      charges: Array([2.0, 1, 3, 1, 2].prefix(atoms)))
  }

  private static func numbers(_ count: Int, seed: UInt64, from: Double, to: Double) -> [Double] {
    (0..<count).map { i in
      var random = RowRandom(seed: seed, stream: .geometry, row: i)
      return random.uniform(from...to)
    }
  }

  private func tangents(
    _ molecule: Molecule, _ positions: [Double], _ displacements: [Double], directions: Int,
    accuracy: Accuracy = .reference, inPlane: Bool = false
  ) -> (momenta: [Double], tangents: [Double], outcomes: [Int32]) {
    var momenta = [Double](repeating: 0, count: positions.count)
    var tangents = [Double](repeating: 0, count: displacements.count)
    var outcomes = [Int32](repeating: 0, count: positions.count / molecule.width)
    positions.withUnsafeBufferPointer { positions in
      displacements.withUnsafeBufferPointer { displacements in
        momenta.withUnsafeMutableBufferPointer { momenta in
          tangents.withUnsafeMutableBufferPointer { tangents in
            outcomes.withUnsafeMutableBufferPointer { outcomes in
              CoulombExplosion(molecule, accuracy: accuracy).explode(
                positions, directions: directions, along: displacements, inPlane: inPlane,
                into: momenta, tangents: tangents, outcomes: outcomes)
            }
          }
        }
      }
    }
    return (momenta, tangents, outcomes)
  }

  @Test(
    "tangents are what differences say, to 1e-9; with less accurate settings to theirs",
    arguments: 2...5)
  func differences(atoms: Int) throws {
    let molecule = try Self.molecule(atoms)
    let (rows, directions, width) = (11, 3, molecule.width)
    let positions = Self.numbers(rows * width, seed: 1, from: -4, to: 4)
    let along = Self.numbers(rows * directions * width, seed: 2, from: -1, to: 1)
    let found = tangents(molecule, positions, along, directions: directions)
    func momenta(_ step: Double, _ direction: Int) -> [Double] {
      let moved = positions.indices.map { i in
        let (row, column) = i.quotientAndRemainder(dividingBy: width)
        return positions[i] + step * along[(row * directions + direction) * width + column]
      }
      return CoulombExplosion(molecule, accuracy: .reference).explode(moved).momenta
    }
    let h = 1e-3
    for direction in 0..<directions {
      // Of sixth order.
      let values = [1.0, 2, 3].map { k in
        zip(momenta(k * h, direction), momenta(-k * h, direction)).map { ($0 - $1) / (2 * k * h) }
      }
      let slopes = values[0].indices.map {
        (15 * values[0][$0] - 6 * values[1][$0] + values[2][$0]) / 10
      }
      let tangent = (0..<rows).flatMap { row in
        let begin = (row * directions + direction) * width
        return found.tangents[begin..<begin + width]
      }
      #expect(worstError(tangent, slopes, width: width) < 1e-9)
    }
    let precise = tangents(molecule, positions, along, directions: directions, accuracy: .precise)
    #expect(worstError(precise.tangents, found.tangents, width: width) < 3e-8)
    let fast = tangents(molecule, positions, along, directions: directions, accuracy: .fast)
    #expect(worstError(fast.tangents, found.tangents, width: width) < 3e-4)
    #expect(worstError(fast.momenta, found.momenta, width: width) < 2e-6)
  }

  @Test("scaling, rotation and translation change the momenta as the laws say", arguments: 2...5)
  func laws(atoms: Int) throws {
    let molecule = try Self.molecule(atoms)
    let width = molecule.width
    let positions = Self.numbers(7 * width, seed: 3, from: -4, to: 4)
    func turned(_ row: ArraySlice<Double>) -> [Double] {
      stride(from: row.startIndex, to: row.endIndex, by: 3).flatMap { i in
        let (x, y, z) = (row[i], row[i + 1], row[i + 2])
        return [0.3 * z - y, x, -0.3 * x]
      }
    }
    let rows = stride(from: 0, to: positions.count, by: width).map { positions[$0..<$0 + width] }
    let shift = (0..<width).map { [1.0, -2, 3][$0 % 3] }
    let along: [Double] = rows.flatMap { row in Array(row) + turned(row) + shift }
    let found = tangents(molecule, positions, along, directions: 3)
    for row in rows.indices {
      let momenta = found.momenta[row * width..<(row + 1) * width]
      let parts = (0..<3).map { k -> [Double] in
        let begin = (3 * row + k) * width
        return Array(found.tangents[begin..<begin + width])
      }
      let shrunk: [Double] = momenta.map { -0.5 * $0 }
      #expect(worstError(parts[0], shrunk, width: width) < 1e-11)
      #expect(worstError(parts[1], turned(momenta), width: width) < 1e-11)
      #expect(norm(parts[2]) < 1e-9 * norm(momenta))
    }
  }

  @Test("two directions in the plane of three atoms are as in space")
  func plane() throws {
    let flat = { (numbers: [Double]) in numbers.enumerated().map { $0 % 3 == 2 ? 0 : $1 } }
    let positions = flat(Self.numbers(9 * 300, seed: 4, from: -4, to: 4))
    let along = flat(Self.numbers(18 * 300, seed: 5, from: -1, to: 1))
    let molecule = Molecule.carbonylSulfide
    let space = tangents(molecule, positions, along, directions: 2)
    let plane = tangents(molecule, positions, along, directions: 2, inPlane: true)
    #expect(worstError(plane.tangents, space.tangents) < 1e-9)
  }

  @Test("a row without an answer has nan, and no row depends on its neighbors")
  func rows() throws {
    let molecule = Molecule.carbonylSulfide
    let good = Self.numbers(9 * 3, seed: 6, from: -4, to: 4)
    let along = Self.numbers(9 * 4, seed: 7, from: -1, to: 1)
    let bad = good[..<9] + [0, 0, 0, 0, 0, 0, 1, 2, 3] + good[9...]
    let found = tangents(molecule, Array(bad), along, directions: 1)
    #expect(found.outcomes[1] < 0)
    #expect(found.tangents[9..<18].allSatisfy { $0.isNaN })
    for (row, number) in [(0, 0), (2, 1), (3, 2)] {
      let alone = tangents(
        molecule, Array(good[9 * number..<9 * number + 9]), Array(along[9 * row..<9 * row + 9]),
        directions: 1)
      #expect(alone.tangents == Array(found.tangents[9 * row..<9 * row + 9]))
    }
  }
}
