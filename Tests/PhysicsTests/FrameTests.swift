import Physics
import Randomness
import Testing
import Text

/// Rows of a family, positions and momenta apart, the momenta to full accuracy.
func events(_ family: GeometryFamily, rows: Int, molecule: Molecule = .carbonylSulfide) throws
  -> [(positions: [Double], momenta: [Double])]
{
  let all = try family.positions(0..<rows, of: molecule, seed: 11)
  let momenta = CoulombExplosion(molecule, accuracy: .reference).explode(all).momenta
  let width = molecule.width
  return (0..<rows).map { row in
    let at = row * width..<(row + 1) * width
    return (Array(all[at]), Array(momenta[at]))
  }
}

let twoAtoms = (names: ["h", "f"], masses: [1836.15, 34631.97], charges: [1.0, 2])
let fourAtoms = (
  names: ["c", "f", "g", "b"], masses: [21874.7, 34631.97, 63744.0, 143_000.0],
  charges: [1.0, 2, 2, 3]
)

let eightAtoms = (
  names: ["c1", "c2", "h1", "h2", "h3", "h4", "h5", "h6"],
  masses: [21894.7, 21894.7] + Array(repeating: 1837.5, count: 6),
  charges: [2.0, 2, 1, 1, 1, 1, 1, 1]
)

func molecule(_ parts: (names: [String], masses: [Double], charges: [Double])) throws -> Molecule {
  try Molecule(names: parts.names, masses: parts.masses, charges: parts.charges)
}

/// The largest |a − b|; infinite where there is a nan, which a maximum would not see.
func largest(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

func centered(_ row: [Double], _ masses: [Double]) -> [Double] {
  (0..<row.count).map { k in
    var sum = 0.0
    for i in masses.indices { sum += masses[i] * row[3 * i + k % 3] }
    return row[k] - sum / masses.reduce(0, +)
  }
}

@Suite struct FrameTests {
  @Test("a known row has the coordinates that its laws demand")
  func knownRow() throws {
    let positions = [1.2801, 1.8885, -0.0644, -0.6929, 3.0627, 0, 4.1056, 0, 0]
    let momenta = [
      -27.839654844499, 69.142112310784, -38.881140157781, -299.729741151898, 170.782055163213,
      15.533374704575, 327.569395996397, -239.924167473997, 23.347765453207,
    ]
    let frame = try EventFrame(.canonical)
    let orientation = frame.orientation(of: momenta)
    let p = frame.toFrame(momenta: momenta, orientation)
    let x = frame.toFrame(positions: positions, orientation)
    #expect(orientation.axes == .full)
    #expect(abs(p.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
    let distances = Energy.potential(x, charges: [1, 1, 1])
    #expect(abs(distances / 3 - 1) < 1e-10)
    // C moves in the plane, to the side of the second axis; O and S along the first, equally fast
    // across it.
    #expect(p[1] > 0 && p[3] > 0 && p[6] < 0)
    let masses = frame.molecule.masses
    #expect(abs(p[4] / masses[1].squareRoot() - p[7] / masses[2].squareRoot()) < 1e-12)
    for z in [2, 5, 8] { #expect(abs(p[z]) < 1e-12 && abs(x[z]) < 1e-11) }
    // The axes in the data's frame.
    let v = (0..<3).map { momenta[3 + $0] / masses[1] - momenta[6 + $0] / masses[2] }
    #expect(largest(v.map { $0 / norm(v) }, (0..<3).map { orientation.x[$0] }) < 1e-15)
  }

  @Test("round trips are exact, but for the lost origin", arguments: Frame.allCases)
  func roundTrip(kind: Frame) throws {
    for parts in [nil, twoAtoms, fourAtoms, eightAtoms] {
      let molecule = try parts.map { try PhysicsTests.molecule($0) } ?? .carbonylSulfide
      let frame = try EventFrame(kind, of: molecule)
      for (row, event) in try events(.random(.ball), rows: 200, molecule: molecule).enumerated() {
        let moved = event.positions.enumerated().map { $1 + Double($0 % 3 * row) }
        let pushed = event.momenta.enumerated().map {
          $1 + molecule.masses[$0 / 3] * 1e-3 * Double(row % 5)
        }
        let orientation = frame.orientation(of: pushed)
        let x = frame.fromFrame(
          positions: frame.toFrame(positions: moved, orientation), orientation)
        let expected = kind == .raw ? moved : centered(moved, molecule.masses)
        #expect(largest(x, expected) < 1e-12 * norm(moved))
      }
    }
  }

  @Test("turning and scaling an event changes no canonical coordinate")
  func invariance() throws {
    let frame = try EventFrame(.canonical)
    for (row, event) in try events(.random(RandomFamily()), rows: 1000).enumerated() {
      var random = RowRandom(seed: 3, stream: .sampling, row: row)
      let rotation = Rotation.uniform(&random)
      let size = random.uniform(0.2...5)
      let x = rotation(event.positions).map { size * $0 + 1 }
      let p = rotation(event.momenta).map { $0 / size.squareRoot() }
      let (one, two) = (frame.orientation(of: event.momenta), frame.orientation(of: p))
      // An axis from a small momentum is as certain as that momentum.
      let limit = 1e-12 / one.offAxis
      #expect(
        largest(
          frame.toFrame(momenta: event.momenta, one), frame.toFrame(momenta: p, two)) < limit)
      #expect(
        largest(frame.toFrame(positions: event.positions, one), frame.toFrame(positions: x, two))
          < limit)
    }
  }

  @Test("mirroring an event turns the third axis round and nothing else")
  func mirror() throws {
    let molecule = try molecule(fourAtoms)
    let frame = try EventFrame(.canonical, of: molecule)
    for event in try events(.random(.ball), rows: 100, molecule: molecule) {
      let mirrored = (
        positions: mirrored(event.positions), momenta: mirrored(event.momenta)
      )
      let one = frame.orientation(of: event.momenta)
      let two = frame.orientation(of: mirrored.momenta)
      let x = frame.toFrame(positions: event.positions, one)
      let y = frame.toFrame(positions: mirrored.positions, two)
      let expected = x.enumerated().map { $0 % 3 == 2 ? -$1 : $1 }
      #expect(largest(y, expected) < 1e-11 / one.offAxis)
    }
  }

  private func mirrored(_ row: [Double]) -> [Double] {
    row.enumerated().map { $0 % 3 == 1 ? -$1 : $1 }
  }

  @Test("three atoms have no third coordinate")
  func planarity() throws {
    let frame = try EventFrame(.canonical)
    for event in try events(.random(RandomFamily()), rows: 500) {
      let orientation = frame.orientation(of: event.momenta)
      let p = frame.toFrame(momenta: event.momenta, orientation)
      let x = frame.toFrame(positions: event.positions, orientation)
      for z in [2, 5, 8] {
        #expect(abs(p[z]) < 1e-11)
        #expect(abs(x[z]) < 1e-11 / orientation.offAxis)
      }
      let axes = [orientation.x, orientation.y, orientation.z]
      for i in 0..<3 {
        for j in 0..<3 {
          let dot = (axes[i] * axes[j]).sum()
          #expect(abs(dot - (i == j ? 1 : 0)) < 1e-14)
        }
      }
    }
  }

  @Test("one atom has no canonical frame, and axes need atoms")
  func refusals() throws {
    let one = try Molecule(names: ["a"], masses: [1], charges: [1])
    #expect(throws: Failure.self) { try EventFrame(.canonical, of: one) }
    #expect(throws: Never.self) { try EventFrame(.centered, of: one) }
    #expect(throws: Failure.self) {
      try EventFrame(.canonical, axes: FrameAxes(head: 0, tail: 3, plane: 1))
    }
    #expect(throws: Failure.self) {
      try EventFrame(.canonical, axes: FrameAxes(head: 1, tail: 1, plane: 0))
    }
  }
}
