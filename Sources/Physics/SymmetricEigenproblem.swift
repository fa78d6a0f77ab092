/// Eigenvalues, ascending, and orthonormal eigenvectors of a small symmetric matrix: Jacobi's
/// rotations.
struct SymmetricEigenproblem {
  let values: [Double]
  /// `vectors[k]` belongs to `values[k]`.
  let vectors: [[Double]]

  init(_ matrix: [[Double]]) {
    let n = matrix.count
    var a = matrix
    var v = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
    for _ in 0..<60 {
      var rest = 0.0
      for p in 0..<n {
        for q in 0..<n where p < q {
          rest += a[p][q] * a[p][q]
          Self.rotate(&a, &v, p, q)
        }
      }
      if rest == 0 { break }
    }
    let order = (0..<n).sorted { a[$0][$0] < a[$1][$1] }
    values = order.map { a[$0][$0] }
    vectors = order.map { k in (0..<n).map { v[$0][k] } }
  }

  /// Turns the plane of p and q so that `a[p][q]` vanishes.
  private static func rotate(_ a: inout [[Double]], _ v: inout [[Double]], _ p: Int, _ q: Int) {
    let off = a[p][q]
    // Far below both diagonal elements nothing is left to turn.
    if abs(off) <= 1e-300 || abs(off) < 1e-18 * (abs(a[p][p]) + abs(a[q][q])) {
      a[p][q] = 0
      a[q][p] = 0
      return
    }
    let theta = (a[q][q] - a[p][p]) / (2 * off)
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in a.indices {
      let (x, y) = (a[k][p], a[k][q])
      (a[k][p], a[k][q]) = (c * x - s * y, s * x + c * y)
    }
    for k in a.indices {
      let (x, y) = (a[p][k], a[q][k])
      (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y)
    }
    for k in a.indices {
      let (x, y) = (v[k][p], v[k][q])
      (v[k][p], v[k][q]) = (c * x - s * y, s * x + c * y)
    }
  }
}
