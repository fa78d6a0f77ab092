import Glibc
import Randomness

extension GeometryPrior {
  /// log of the integral of the density over all relative positions; 0 without a family, whose
  /// density has none.
  package var logVolume: Double {
    switch kind {
    case .flat: return 0
    case .random(let half, let closest):
      return Double(3 * masses.count) * log(2 * half)
        + log(Self.acceptance(of: masses.count, half: half, closest: closest))
    case .oriented(let family):
      // Ranges of bonds and of the angle, and of all directions.
      let bonds = Self.length(family.firstBond) * Self.length(family.secondBond)
      return log(bonds * (180 - family.leastAngle) * .pi / 180 * 8 * .pi * .pi)
    case .vibrating(let vibration): return vibration.logVolume(masses)
    case .vibratingInSpace(let vibration): return vibration.logVolume
    }
  }

  private static func length(_ range: ClosedRange<Double>) -> Double {
    range.upperBound - range.lowerBound
  }

  /// The share of points in a cube that are far enough apart; of three to a thousandth.
  private static func acceptance(of atoms: Int, half: Double, closest: Double) -> Double {
    guard closest > 0 else { return 1 }
    let points = 1 << 16
    let accepted = (0..<points).count { row in
      var random = RowRandom(seed: 1, stream: .posterior, row: row, attempt: .max)
      let x = (0..<atoms).map { _ in
        SIMD3(random.uniform(), random.uniform(), random.uniform()) * (2 * half)
      }
      return x.indices.allSatisfy { a in
        (0..<a).allSatisfy { (x[a] - x[$0]).length >= closest }
      }
    }
    return Double(max(accepted, 1)) / Double(points)
  }
}
