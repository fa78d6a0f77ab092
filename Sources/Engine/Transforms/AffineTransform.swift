/// y = x·eˢ + t with s = bound·tanh(u/bound); u and t are the parameters. The transform of RealNVP
/// (Dinh, Sohl-Dickstein, Bengio, 2017).
///
///     forward  y = x·eˢ + t,     log dy/dx = s
///     inverse  y = (x − t)·e⁻ˢ,  log dy/dx = −s
package struct AffineTransform: UnivariateTransform {
  package static let name = "affine"
  package let bound: Float

  package init(bound: Float) {
    precondition(bound > 0, "an affine transform with the bound \(bound)")
    self.bound = bound
  }

  package var parameterCount: Int { 2 }
  package var scratchCount: Int { 1 }
  package var formula: Formula.Transform? { .affine(bound: bound) }

  @_specialize(where E == Float)
  package func apply<E: Real>(_ pass: TransformPass<E>) {
    let n = pass.columns
    let factor = pass.scratch
    setSaturation(pass, pass.logSlope)
    let direction = direction(pass)
    for i in 0..<pass.count {
      pass.logSlope[i] = direction * pass.logSlope[i]
      factor[i] = pass.logSlope[i]
    }
    E.exponentials(factor, count: pass.count)
    for r in 0..<pass.rows {
      let x = pass.x + r * pass.stride, t = pass.parameters + (2 * r + 1) * n
      for j in 0..<n {
        let f = factor[r * n + j]
        pass.y[r * n + j] = pass.isInverse ? (x[j] - t[j]) * f : x[j] * f + t[j]
      }
    }
  }

  /// With g the gradient of y and dL that of log dy/dx:
  ///
  ///     forward  dx = g·eˢ,   ds = g·x·eˢ + dL,          dt = g
  ///     inverse  dx = g·e⁻ˢ,  ds = −g·(x − t)·e⁻ˢ − dL,  dt = −g·e⁻ˢ
  ///
  /// and du = ds·(1 − tanh²).
  @_specialize(where E == Float)
  package func addGradients<E: Real>(_ pass: TransformPass<E>, _ gradient: TransformGradient<E>) {
    let n = pass.columns
    let saturation = pass.logSlope, factor = pass.scratch
    setSaturation(pass, saturation)
    let direction = direction(pass)
    for i in 0..<pass.count { factor[i] = direction * saturation[i] }
    E.exponentials(factor, count: pass.count)
    for r in 0..<pass.rows {
      let x = pass.x + r * pass.stride, t = pass.parameters + (2 * r + 1) * n
      let du = gradient.dParameters + 2 * r * n, dt = du + n
      for j in 0..<n {
        let i = r * n + j
        let g = gradient.dy[i]
        let ds = g * (pass.isInverse ? x[j] - t[j] : x[j]) * factor[i] + gradient.dLogSlope[r]
        let slope = 1 - saturation[i] * saturation[i]
        gradient.dx[i] = g * factor[i]
        du[j] = pass.isInverse ? -ds * slope : ds * slope
        dt[j] = pass.isInverse ? -g * factor[i] : g
      }
    }
  }

  /// tanh(u/bound)
  @inline(__always)
  private func setSaturation<E: Real>(_ pass: TransformPass<E>, _ out: UnsafeMutablePointer<E>) {
    let n = pass.columns
    for r in 0..<pass.rows {
      for j in 0..<n { out[r * n + j] = pass.parameters[2 * r * n + j] / E(bound) }
    }
    E.hyperbolicTangents(out, count: pass.count)
  }

  @inline(__always)
  private func direction<E: Real>(_ pass: TransformPass<E>) -> E {
    E(pass.isInverse ? -bound : bound)
  }
}
