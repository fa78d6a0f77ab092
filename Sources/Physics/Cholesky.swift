import Glibc

/// A symmetric positive matrix as L·Lᵀ, L lower triangular.
package struct Cholesky: Sendable, Equatable {
  package let count: Int
  /// Rows of L, `count` numbers each.
  private let lower: [Double]

  /// - Parameter matrix: rows, one after the other; what is above the diagonal is not read.
  /// - Returns: nil unless it is positive, far enough from singular for the numbers that it has.
  package init?(_ matrix: [Double], count n: Int) {
    precondition(matrix.count == n * n, "\(matrix.count) numbers for a matrix of \(n) rows")
    var l = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        var rest = matrix[i * n + j]
        for k in 0..<j { rest -= l[i * n + k] * l[j * n + k] }
        if i == j {
          guard rest > 1e-14 * matrix[i * n + i], rest < .infinity else { return nil }
          l[i * n + i] = rest.squareRoot()
        } else {
          l[i * n + j] = rest / l[j * n + j]
        }
      }
    }
    (count, lower) = (n, l)
  }

  /// log det of the matrix.
  package var logDeterminant: Double {
    (0..<count).reduce(0) { $0 + 2 * log(lower[$1 * count + $1]) }
  }

  /// L·z.
  package func times(_ z: [Double]) -> [Double] {
    (0..<count).map { i in (0...i).reduce(0) { $0 + lower[i * count + $1] * z[$1] } }
  }

  /// L⁻¹·b.
  package func whitened(_ b: [Double]) -> [Double] {
    var z = b
    for i in 0..<count {
      for k in 0..<i { z[i] -= lower[i * count + k] * z[k] }
      z[i] /= lower[i * count + i]
    }
    return z
  }

  /// The matrix's inverse times b.
  package func solve(_ b: [Double]) -> [Double] {
    var x = whitened(b)
    for i in (0..<count).reversed() {
      for k in i + 1..<max(i + 1, count) { x[i] -= lower[k * count + i] * x[k] }
      x[i] /= lower[i * count + i]
    }
    return x
  }

  /// Rows of the inverse.
  package var inverse: [Double] {
    var result = [Double](repeating: 0, count: count * count)
    for j in 0..<count {
      let column = solve(.unit(j, of: count))
      for i in 0..<count { result[i * count + j] = column[i] }
    }
    return result
  }

  /// bᵀ·matrix⁻¹·b.
  package func distance(_ b: [Double]) -> Double {
    whitened(b).reduce(0) { $0 + $1 * $1 }
  }
}
