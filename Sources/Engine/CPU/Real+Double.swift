import Glibc
import Randomness

/// The specification: plain loops.
extension Double: Real {
  package static var multiplyWorkspace: Int { 0 }

  package static func multiply(
    _ a: Matrix<Double>, _ b: Matrix<Double>, into c: Matrix<Double>, rows: Int, columns: Int,
    depth: Int, accumulate: Bool, precision: ProductPrecision,
    workspace: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = accumulate ? c.element(i, j).pointee : 0
        for k in 0..<depth {
          sum +=
            precision.rounded(a.element(i, k).pointee) * precision.rounded(b.element(k, j).pointee)
        }
        c.element(i, j).pointee = sum
      }
    }
  }

  package static func addBiasAndActivate(
    _ activation: Activation, bias: UnsafePointer<Double>, y: UnsafeMutablePointer<Double>,
    rows: Int, columns: Int, before: UnsafeMutablePointer<Double>?
  ) {
    for i in 0..<rows {
      for j in 0..<columns {
        let x = y[i * columns + j] + bias[j]
        before?[i * columns + j] = x
        y[i * columns + j] = activation(x)
      }
    }
  }

  package static func activationGradient(
    _ activation: Activation, dy: UnsafePointer<Double>, saved: UnsafePointer<Double>,
    dx: UnsafeMutablePointer<Double>, count: Int
  ) {
    for i in 0..<count { dx[i] = dy[i] * activation.derivative(saved: saved[i]) }
  }

  package static func columnSums(
    _ x: UnsafePointer<Double>, rows: Int, columns: Int, stride: Int, accumulate: Bool,
    sums: UnsafeMutablePointer<Double>
  ) {
    for j in 0..<columns {
      var sum = accumulate ? sums[j] : 0
      for i in 0..<rows { sum += x[i * stride + j] }
      sums[j] = sum
    }
  }

  package static func add(
    _ x: UnsafeMutableBufferPointer<Double>, to sum: UnsafeMutableBufferPointer<Double>
  ) {
    for i in 0..<x.count { sum[i] += x[i] }
  }

  /// The noise is defined in `Float`: all devices draw the same numbers.
  package static func normals(
    _ key: NoiseKey, rows: Range<Int>, columns: Int, into out: UnsafeMutablePointer<Double>
  ) {
    let philox = Philox(seed: key.seed)
    for (i, row) in rows.enumerated() {
      for c in 0..<columns {
        let block = UInt32(c / 4)
        let words = philox(
          SIMD4(block, UInt32(truncatingIfNeeded: row), key.step, key.stream.rawValue))
        out[i * columns + c] = Double(StandardNormal.fromWords(words)[c % 4])
      }
    }
  }

  package static func exponentials(_ x: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { x[i] = exp(x[i]) }
  }

  package static func hyperbolicTangents(_ x: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { x[i] = tanh(x[i]) }
  }
}
