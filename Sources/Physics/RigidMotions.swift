/// The motions of a molecule as a whole, by mass-weighted coordinates: orthonormal; three
/// translations and three rotations, or two where the atoms lie on a line.
struct RigidMotions {
  private(set) var motions: [[Double]] = []

  init(of geometry: [SIMD3<Double>], masses: [Double]) {
    let center = geometry.centerOfMass(masses)
    let axes = [SIMD3<Double>(1, 0, 0), SIMD3<Double>(0, 1, 0), SIMD3<Double>(0, 0, 1)]
    for axis in axes {
      add(zip(geometry, masses).map { _, mass in mass.squareRoot() * axis })
    }
    for axis in axes {
      add(
        zip(geometry, masses).map { place, mass in
          mass.squareRoot() * axis.cross(place - center)
        })
    }
  }

  /// Adds what of a motion is independent of the others.
  private mutating func add(_ steps: [SIMD3<Double>]) {
    var motion = steps.flatMap { [$0.x, $0.y, $0.z] }
    let size = motion.length
    for _ in 0..<2 {
      for other in motions {
        let part = motion.dot(other)
        for i in motion.indices { motion[i] -= part * other[i] }
      }
    }
    let rest = motion.length
    if rest > 1e-6 * size, rest > 0 { motions.append(motion.map { $0 / rest }) }
  }

  /// `P W P` with `P = 1 − Σ t tᵀ`, one motion t after the other.
  func projectedOut(of matrix: [[Double]]) -> [[Double]] {
    var result = matrix
    for t in motions {
      let image = result.map { $0.dot(t) }
      let along = image.dot(t)
      for i in t.indices {
        for j in t.indices {
          let outer: Double = along * t[i] * t[j]
          result[i][j] += outer - image[i] * t[j] - t[i] * image[j]
        }
      }
    }
    return result
  }
}
