import Glibc

/// `P A = L U` of a square matrix, with the largest element of each column for a pivot.
struct LinearFactors {
  private let count: Int
  /// L below the diagonal, U on it and above.
  private var factors: [Double]
  private var order: [Int]
  /// The sign of det A; 0 where A is singular or not finite.
  private(set) var sign = 1.0
  /// log |det A|.
  private(set) var logDeterminant = 0.0

  /// - Parameter matrix: row after row.
  init(_ matrix: some Collection<Double>, count: Int) {
    self.count = count
    factors = Array(matrix)
    order = Array(0..<count)
    precondition(factors.count == count * count, "\(factors.count) elements")
    for k in 0..<count where sign != 0 { eliminate(k) }
  }

  private mutating func eliminate(_ k: Int) {
    let n = count
    sign *= factors.withUnsafeMutableBufferPointer { a in
      var pivot = k
      for i in k..<n where abs(a[i * n + k]) > abs(a[pivot * n + k]) { pivot = i }
      let largest = a[pivot * n + k]
      guard largest != 0, largest.isFinite else { return 0 }
      if pivot != k {
        for j in 0..<n { a.swapAt(pivot * n + j, k * n + j) }
        order.swapAt(pivot, k)
      }
      logDeterminant += log(abs(largest))
      for i in k + 1..<n {
        let factor = a[i * n + k] / largest
        a[i * n + k] = factor
        for j in k + 1..<n { a[i * n + j] -= factor * a[k * n + j] }
      }
      return (largest > 0) == (pivot == k) ? 1 : -1
    }
  }

  /// x of `A x = b`; nil where A is singular.
  func solve(_ b: [Double]) -> [Double]? {
    guard sign != 0 else { return nil }
    let n = count
    var x = order.map { b[$0] }
    factors.withUnsafeBufferPointer { a in
      for i in 0..<n {
        for j in 0..<i { x[i] -= a[i * n + j] * x[j] }
      }
      for i in (0..<n).reversed() {
        for j in i + 1..<n { x[i] -= a[i * n + j] * x[j] }
        x[i] /= a[i * n + i]
      }
    }
    return x
  }

  /// ‖A⁻¹‖, Frobenius; infinite where A is singular.
  var inverseNorm: Double {
    var sum = 0.0
    for k in 0..<count {
      let unit = (0..<count).map { $0 == k ? 1.0 : 0 }
      guard let column = solve(unit) else { return .infinity }
      for number in column { sum += number * number }
    }
    return sum.squareRoot()
  }
}
