/// The same motion by the simplest method, to compare the simulator with: classical Runge–Kutta in one
/// step size of ∫ Σ 1/r dt, no vectors, no plane, no series.
struct PlainMotion {
  var positions: [Double]
  var momenta: [Double]
  let masses: [Double]
  let charges: [Double]

  init(positions: [Double], masses: [Double], charges: [Double]) {
    self.positions = positions
    momenta = positions.map { _ in 0 }
    (self.masses, self.charges) = (masses, charges)
  }

  /// Moves until 1/Σ 1/r has grown by the factor `size`.
  mutating func run(until size: Double, step: Double) {
    let end = size / rates().inverse
    while 1 / rates().inverse < end { advance(step) }
  }

  private mutating func advance(_ step: Double) {
    let (x, p) = (positions, momenta)
    // A unit of time in which the start is of order one, so that `step` is a pure number.
    let unit = masses[0].squareRoot()
    var (dx, dp) = (x.map { _ in 0.0 }, p.map { _ in 0.0 })
    for (ahead, weight) in [(0.5, 1.0), (0.5, 2), (1, 2), (0, 1)] {
      let (force, inverse) = rates()
      let h = step * unit / inverse
      let velocity = momenta.indices.map { momenta[$0] / masses[$0 / 3] }
      for i in x.indices {
        dx[i] += weight * h * velocity[i] / 6
        dp[i] += weight * h * force[i] / 6
        positions[i] = x[i] + ahead * h * velocity[i]
        momenta[i] = p[i] + ahead * h * force[i]
      }
    }
    for i in x.indices {
      positions[i] = x[i] + dx[i]
      momenta[i] = p[i] + dp[i]
    }
  }

  /// Forces, and Σ 1/r.
  private func rates() -> (force: [Double], inverse: Double) {
    var force = positions.map { _ in 0.0 }
    var inverse = 0.0
    for a in masses.indices {
      for b in masses.indices where b > a {
        let d = (0..<3).map { positions[3 * b + $0] - positions[3 * a + $0] }
        let r = norm(d)
        inverse += 1 / r
        for c in 0..<3 {
          let f = charges[a] * charges[b] * d[c] / (r * r * r)
          force[3 * a + c] -= f
          force[3 * b + c] += f
        }
      }
    }
    return (force, inverse)
  }
}

extension PlainMotion {
  /// Momenta at infinity: far out they are p∞ + c Σ 1/r + …, so two distances give the limit, and
  /// steps of two sizes the error of the steps.
  static func atInfinity(
    _ positions: [Double], masses: [Double], charges: [Double]
  ) -> [Double] {
    let limits = [0.04, 0.02].map { step in
      var motion = PlainMotion(positions: positions, masses: masses, charges: charges)
      motion.run(until: 1e5, step: step)
      let (near, a) = (motion.momenta, motion.rates().inverse)
      motion.run(until: 10, step: step)
      let b = motion.rates().inverse
      return zip(motion.momenta, near).map { $0 + ($0 - $1) * b / (a - b) }
    }
    return zip(limits[0], limits[1]).map { $1 + ($1 - $0) / 15 }
  }
}
