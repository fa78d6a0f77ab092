import Records

extension Term {
  /// Φ(x), the share of a standard normal below x; 10⁻⁷ at best, which will do for an activation.
  var normalShare: Term { ((self / 2.0.squareRoot()).errorFunction + 1) * 0.5 }

  /// Φ(x) to eight digits, however small: what chooses a component must not round to 0, or one that
  /// has no share at all would be chosen.
  ///
  /// Runtimes have the error function in single precision alone, and its complement not at all. The
  /// complement of x ≥ 0 is `t·exp(P(t) − x²)` with `t = 2/(2 + x)`, and P nearly straight.
  var exactNormalShare: Term {
    let z = cast(to: .f64)
    let x = z.magnitude / 2.0.squareRoot()
    let t = z.number(2) / (x + 2)
    var p = z.number(0)
    for coefficient in Self.complement.reversed() { p = p * t + coefficient }
    let beyond = t * (p - x * x).exponential * 0.5
    return (z > 0).choose(z.number(1) - beyond, beyond).cast(to: type)
  }

  /// Fitted to `log erfc(x) + x² − log t` at Chebyshev's points in t; off by 6·10⁻⁹ at most.
  private static let complement = [
    -1.265512117748, 0.9999980468826, 0.3751098298613, 0.08091932393459, -0.05860064021714,
    -0.3254898882159, 0.6665116757056, -2.011027734002, 3.642604459561, -3.50588735226,
    1.85398002739, -0.5073753131257, 0.05476967830026,
  ]
}
