import CHostMath
import Randomness

/// The fast leaves: vectorized C, one thread each.
extension Float: Real {
  package static var multiplyWorkspace: Int { Int(hm_matrix_workspace()) }

  package static func multiply(
    _ a: Matrix<Float>, _ b: Matrix<Float>, into c: Matrix<Float>, rows: Int, columns: Int,
    depth: Int, accumulate: Bool, precision: ProductPrecision,
    workspace: UnsafeMutablePointer<Float>
  ) {
    hm_narrowed_product(
      precision.code, rows, columns, depth, a.operand, b.operand, accumulate, c.base, c.stride,
      workspace)
  }

  package static func addBiasAndActivate(
    _ activation: Activation, bias: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>,
    rows: Int, columns: Int, before: UnsafeMutablePointer<Float>?
  ) {
    hm_add_bias_activate(activation.code, rows, columns, bias, y, columns, before)
  }

  package static func activationGradient(
    _ activation: Activation, dy: UnsafePointer<Float>, saved: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>, count: Int
  ) {
    hm_activation_gradient(activation.code, count, dy, saved, dx)
  }

  package static func columnSums(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int, accumulate: Bool,
    sums: UnsafeMutablePointer<Float>
  ) {
    hm_column_sums(rows, columns, x, stride, accumulate, sums)
  }

  package static func add(
    _ x: UnsafeMutableBufferPointer<Float>, to sum: UnsafeMutableBufferPointer<Float>
  ) {
    hm_add(x.count, x.baseAddress, sum.baseAddress)
  }

  package static func exponentials(_ x: UnsafeMutablePointer<Float>, count: Int) {
    hm_exp(count, x, x)
  }

  package static func hyperbolicTangents(_ x: UnsafeMutablePointer<Float>, count: Int) {
    hm_tanh(count, x, x)
  }

  package static func drawLatents(
    _ pass: LatentPass<Float>, into z: UnsafeMutablePointer<Float>, divergence: TermColumn<Float>?
  ) {
    hm_draw_latents(pass.latents, z, divergence?.start, divergence?.stride ?? 0)
  }

  package static func latentGradient(_ pass: LatentPass<Float>, _ gradient: LatentGradient<Float>) {
    hm_latent_gradient(
      pass.latents, gradient.dz, gradient.weight, gradient.weightedRows, gradient.accumulates,
      gradient.d)
  }

  package static func normals(
    _ key: NoiseKey, rows: Range<Int>, columns: Int, into out: UnsafeMutablePointer<Float>
  ) {
    hm_normals(
      key.seed, key.stream.rawValue, key.step, UInt32(truncatingIfNeeded: rows.lowerBound),
      rows.count, columns, out)
  }

  package static func sumOfSquares(_ pass: OptimizerPass<Float>) -> OptimizerSums<Float> {
    let sums = hm_regularized_sums(
      pass.count, pass.regularizedCount, pass.w, pass.g, pass.settings.l1, pass.settings.l2)
    return OptimizerSums(
      squares: sums.squares, absoluteWeights: sums.absolute_weights,
      squaredWeights: sums.squared_weights)
  }

  package static func adam(_ pass: OptimizerPass<Float>) {
    let settings = pass.settings
    hm_adam(
      pass.count, pass.regularizedCount, pass.w, pass.g, pass.m, pass.v,
      hm_adam_step(
        rate: pass.entry(.learningRate), scale: pass.entry(.scale),
        correction1: pass.entry(.correction1), correction2: pass.entry(.correction2),
        beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon,
        decay: settings.weightDecay, l1: settings.l1, l2: settings.l2))
  }
}

extension Matrix where E == Float {
  fileprivate var operand: hm_operand {
    hm_operand(elements: UnsafePointer(base), stride: stride, transposed: transposed)
  }
}

extension LatentPass where E == Float {
  fileprivate var latents: hm_latents {
    hm_latents(rows: rows, columns: columns, statistics: statistics, bound: bound, noise: noise)
  }
}

extension ProductPrecision {
  var code: hm_precision {
    switch self {
    case .fp32, .tf32x3: HM_FP32
    case .bf16: HM_BF16
    case .tf32: HM_TF32
    }
  }
}

extension Activation {
  fileprivate var code: hm_activation { hm_activation(rawValue: UInt32(rawValue)) }
}
