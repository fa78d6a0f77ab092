/// A number that graphs are evaluated in on the CPU, with the loops that matter as leaves.
///
/// `Double` has them as plain loops: the specification. `Float` has them in C.
package protocol Real: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// c = a·b, or c += a·b, with a and b rounded to `precision`; c is rows×columns.
  static func multiply(
    _ a: Matrix<Self>, _ b: Matrix<Self>, into c: Matrix<Self>, rows: Int, columns: Int,
    depth: Int, accumulate: Bool, precision: ProductPrecision,
    workspace: UnsafeMutablePointer<Self>)

  /// Elements of workspace that `multiply` needs.
  static var multiplyWorkspace: Int { get }

  /// y = f(y + bias); `before`, where given, receives y + bias.
  static func addBiasAndActivate(
    _ activation: Activation, bias: UnsafePointer<Self>, y: UnsafeMutablePointer<Self>,
    rows: Int, columns: Int, before: UnsafeMutablePointer<Self>?)

  /// dx = dy · f′, from what `Activation.saves`.
  static func activationGradient(
    _ activation: Activation, dy: UnsafePointer<Self>, saved: UnsafePointer<Self>,
    dx: UnsafeMutablePointer<Self>, count: Int)

  /// sums[j] = Σᵢ x[i][j], or is increased by it.
  static func columnSums(
    _ x: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int, accumulate: Bool,
    sums: UnsafeMutablePointer<Self>)

  /// sum += x
  static func add(
    _ x: UnsafeMutableBufferPointer<Self>, to sum: UnsafeMutableBufferPointer<Self>)

  static func exponentials(_ x: UnsafeMutablePointer<Self>, count: Int)
  static func hyperbolicTangents(_ x: UnsafeMutablePointer<Self>, count: Int)

  /// z = μ + ε·σ, and the divergence from N(0, 1) of each row.
  static func drawLatents(
    _ pass: LatentPass<Self>, into z: UnsafeMutablePointer<Self>, divergence: TermColumn<Self>?)

  static func latentGradient(_ pass: LatentPass<Self>, _ gradient: LatentGradient<Self>)

  /// Standard normals of rows `rows`, the same on every device.
  static func normals(
    _ key: NoiseKey, rows: Range<Int>, columns: Int, into out: UnsafeMutablePointer<Self>)

  static func sumOfSquares(_ pass: OptimizerPass<Self>) -> OptimizerSums<Self>
  static func adam(_ pass: OptimizerPass<Self>)
}

/// A row-major matrix in memory, or its transpose.
package struct Matrix<E> {
  let base: UnsafeMutablePointer<E>
  /// Elements from one stored row to the next.
  let stride: Int
  var transposed = false

  func element(_ row: Int, _ column: Int) -> UnsafeMutablePointer<E> {
    transposed ? base + column * stride + row : base + row * stride + column
  }
}
