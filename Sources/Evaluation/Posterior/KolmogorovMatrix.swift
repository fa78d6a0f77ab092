import Glibc

/// P(Dₙ < d) exactly: the middle element of the n-th power of a matrix of 2nd rows, times n!/nⁿ
/// (Durbin 1973; Marsaglia, Tsang and Wang 2003).
struct KolmogorovMatrix {
  private let size: Int
  /// Row after row; the matrix is this times exp(`logarithm`).
  private var elements: [Double]
  private var logarithm = 0.0

  static func probability(distance: Double, count: Int) -> Double {
    let product = Double(count) * distance
    let middle = Int(product) + 1
    let power = KolmogorovMatrix(middle: middle, rest: Double(middle) - product).power(count)
    let element = power.elements[(middle - 1) * (power.size + 1)]
    let scale = (1...count).reduce(0) { $0 + log(Double($1) / Double(count)) }
    return min(1, max(0, element * exp(power.logarithm + scale)))
  }

  /// - Parameter rest: h = k − nd, where k is the middle.
  private init(middle: Int, rest: Double) {
    size = 2 * middle - 1
    elements = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<min(size, i + 2) { elements[i * size + j] = 1 }
    }
    let last = size - 1
    for i in 0..<size {
      elements[i * size] -= pow(rest, Double(i + 1))
      elements[last * size + i] -= pow(rest, Double(size - i))
    }
    elements[last * size] += max(0, 2 * rest - 1) > 0 ? pow(2 * rest - 1, Double(size)) : 0
    for i in 0..<size {
      for j in 0..<min(size, i + 2) { elements[i * size + j] /= tgamma(Double(i - j + 2)) }
    }
  }

  private func power(_ exponent: Int) -> KolmogorovMatrix {
    if exponent == 1 { return self }
    let half = power(exponent / 2)
    let square = half.times(half)
    return exponent.isMultiple(of: 2) ? square : square.times(self)
  }

  private func times(_ other: KolmogorovMatrix) -> KolmogorovMatrix {
    var product = [Double](repeating: 0, count: size * size)
    elements.withUnsafeBufferPointer { a in
      other.elements.withUnsafeBufferPointer { b in
        product.withUnsafeMutableBufferPointer { product in
          for i in 0..<size {
            for k in 0..<size {
              let factor = a[i * size + k]
              for j in 0..<size { product[i * size + j] += factor * b[k * size + j] }
            }
          }
        }
      }
    }
    var result = self
    // Powers grow like eⁿ.
    let largest = product.max() ?? 1
    result.elements = product.map { $0 / largest }
    result.logarithm = logarithm + other.logarithm + log(largest)
    return result
  }
}
