extension Rotation {
  static let identity = Rotation(quaternion: SIMD4(0, 0, 0, 1))

  /// The rotations R that make `Σ b·(R a)` stationary, the largest last: those for which
  /// `Σ b × (R a) = 0`.
  ///
  /// They are the eigenvectors of a symmetric matrix of quaternions (Horn 1987).
  static func stationary(_ a: [SIMD3<Double>], _ b: [SIMD3<Double>]) -> [Rotation] {
    var (x, y, z) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
    for (a, b) in zip(a, b) {
      x += a.x * b
      y += a.y * b
      z += a.z * b
    }
    let problem = SymmetricEigenproblem([
      [x.x - y.y - z.z, x.y + y.x, z.x + x.z, y.z - z.y],
      [x.y + y.x, y.y - x.x - z.z, y.z + z.y, z.x - x.z],
      [z.x + x.z, y.z + z.y, z.z - x.x - y.y, x.y - y.x],
      [y.z - z.y, z.x - x.z, x.y - y.x, x.x + y.y + z.z],
    ])
    return problem.vectors.map { q in Rotation(quaternion: SIMD4(q[0], q[1], q[2], q[3])) }
  }

  /// The vector that is turned into this one.
  func inverse(_ v: SIMD3<Double>) -> SIMD3<Double> { SIMD3(v.dot(x), v.dot(y), v.dot(z)) }
}
