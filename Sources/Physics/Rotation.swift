import Glibc

/// A rotation, as the images of the three axes.
package struct Rotation: Sendable {
  package let x, y, z: SIMD3<Double>

  /// Uniform over all rotations: Shoemake's quaternion.
  package static func uniform(_ random: inout RowRandom) -> Rotation {
    let u = random.uniform()
    let a = 2 * Double.pi * random.uniform()
    let b = 2 * Double.pi * random.uniform()
    let (r, s) = ((1 - u).squareRoot(), u.squareRoot())
    return Rotation(quaternion: SIMD4(r * sin(a), r * cos(a), s * sin(b), s * cos(b)))
  }

  init(quaternion q: SIMD4<Double>) {
    let (i, j, k, w) = (q.x, q.y, q.z, q.w)
    x = SIMD3(1 - 2 * (j * j + k * k), 2 * (i * j + k * w), 2 * (i * k - j * w))
    y = SIMD3(2 * (i * j - k * w), 1 - 2 * (i * i + k * k), 2 * (j * k + i * w))
    z = SIMD3(2 * (i * k + j * w), 2 * (j * k - i * w), 1 - 2 * (i * i + j * j))
  }

  package func callAsFunction(_ v: SIMD3<Double>) -> SIMD3<Double> { v.x * x + v.y * y + v.z * z }

  /// Every atom of a row of x, y, z turned.
  package func callAsFunction(_ row: [Double]) -> [Double] {
    stride(from: 0, to: row.count, by: 3).flatMap { i in
      let turned = self(SIMD3(row[i], row[i + 1], row[i + 2]))
      return [turned.x, turned.y, turned.z]
    }
  }
}
