import Physics
import Randomness
import Testing

@Suite struct CollinearFrameTests {
  private let masses = Molecule.carbonylSulfide.masses

  /// Momenta along a direction, but for a part of C's across it; the total is 0.
  private func nearlyCollinear(_ across: Double, _ rotation: Rotation) -> [Double] {
    rotation([60, across, 0, 360, -0.4 * across, 0, -420, -0.6 * across, 0])
  }

  @Test("axes stay orthonormal however straight the momenta are")
  func stability() throws {
    let frame = try EventFrame(.canonical)
    for exponent in -20...0 {
      for row in 0..<20 {
        var random = RowRandom(seed: 8, stream: .sampling, row: row)
        let across = (0..<max(0, -exponent)).reduce(100.0) { x, _ in x / 10 }
        let momenta = nearlyCollinear(across, .uniform(&random))
        let orientation = frame.orientation(of: momenta)
        for (a, b) in [
          (orientation.x, orientation.y), (orientation.x, orientation.z),
          (orientation.y, orientation.z),
        ] { #expect(abs((a * b).sum()) < 1e-15) }
        for a in [orientation.x, orientation.y, orientation.z] {
          #expect(abs((a * a).sum() - 1) < 1e-15)
        }
        let p = frame.toFrame(momenta: momenta, orientation)
        #expect(abs(p.reduce(0) { $0 + $1 * $1 } - 1) < 1e-14)
        // The first coordinates do not depend on the choice of the others.
        let straight = nearlyCollinear(across, .uniform(&random))
        let q = frame.toFrame(momenta: straight, frame.orientation(of: straight))
        for i in [0, 3, 6] { #expect(abs(p[i] - q[i]) < 1e-14) }
      }
    }
  }

  @Test("momenta on a line leave the other axes to a rule that is always the same")
  func collinear() throws {
    let frame = try EventFrame(.canonical)
    for line in [SIMD3(1.0, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, -1), SIMD3(0.6, 0, 0.8)] {
      let momenta = [60.0, 360, -420].flatMap { [$0 * line.x, $0 * line.y, $0 * line.z] }
      let orientation = frame.orientation(of: momenta)
      #expect(orientation.axes == .collinear && orientation.offAxis < 1e-12)
      #expect(abs((orientation.x * line).sum() - 1) < 1e-15)
      #expect(orientation == frame.orientation(of: momenta))
      let p = frame.toFrame(momenta: momenta, orientation)
      for k in [1, 2, 4, 5, 7, 8] { #expect(abs(p[k]) < 1e-15) }
    }
    // Two atoms never have more than a line.
    let pair = try EventFrame(.canonical, of: molecule(twoAtoms))
    for event in try events(.random(.ball), rows: 50, molecule: pair.molecule) {
      let orientation = pair.orientation(of: event.momenta)
      let x = pair.toFrame(positions: event.positions, orientation)
      #expect(orientation.axes == .collinear)
      #expect(abs(abs(x[3] - x[0]) - 1) < 1e-11)
    }
  }

  @Test("without relative motion, axes and scale are those of the data")
  func atRest() throws {
    let frame = try EventFrame(.canonical)
    let positions = bent(angle: 170)
    let common = masses.flatMap { [0.3 * $0, -0.1 * $0, 0.7 * $0] }
    for momenta in [[Double](repeating: 0, count: 9), common] {
      let orientation = frame.orientation(of: momenta)
      #expect(orientation.axes == .undefined)
      let p = frame.toFrame(momenta: momenta, orientation)
      #expect(p.allSatisfy { abs($0) < 1e-12 })
      let x = frame.toFrame(positions: positions, orientation)
      #expect(largest(x, centered(positions, masses)) < 1e-12)
      #expect(largest(frame.fromFrame(positions: x, orientation), x) < 1e-12)
    }
    var bad = common
    bad[4] = .nan
    #expect(frame.orientation(of: bad).axes == .undefined)
  }

  @Test("atoms that fly together define no first axis; another does")
  func headAndTailTogether() throws {
    let frame = try EventFrame(.canonical)
    let momenta = [0, 60, 0, 0, -20, 0, 0, -20 * masses[2] / masses[1], 0]
    let orientation = frame.orientation(of: momenta)
    #expect(orientation.axes == .collinear)
    #expect(abs(orientation.x.y - 1) < 1e-15)
  }
}
