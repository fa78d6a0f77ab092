import Randomness
package import Text

/// Gaussian noise on measured momenta.
package struct MomentumNoise: Sendable, Equatable {
  package enum Width: Sendable, Equatable {
    /// σ of each component is this part of the ion's |p|.
    case relative(Double)
    /// σ of each component, in atomic units.
    case absolute(Double)
    /// The covariance of each ion.
    case ions([IonCovariance])
  }

  package let width: Width
  /// σ of each component of the momentum that the molecule had before it exploded, in atomic units;
  /// infinite where nothing is known of it. It is shared in proportion to the masses.
  package let jet: Double?

  package init(_ width: Width, jet: Double? = nil) { (self.width, self.jet) = (width, jet) }

  package static func relative(_ part: Double) -> Self { Self(.relative(part)) }
  package static func absolute(_ sigma: Double) -> Self { Self(.absolute(sigma)) }

  /// Whether simulated rows keep the total momentum that they get, as measured ones do. Else it is
  /// subtracted again: the published data have it so.
  package var keepsTotal: Bool {
    if case .ions = width { return true }
    return jet != nil
  }

  package func validate(atoms: Int) throws(Failure) {
    switch width {
    case .relative(let amount), .absolute(let amount):
      guard amount >= 0, amount < .infinity else {
        throw .usage("a momentum noise of \(amount)", hint: "give a number from 0, as 0.01")
      }
    case .ions(let ions):
      guard ions.count == atoms else {
        throw .usage(
          "noise of \(Numbers.count(ions.count, "ion")) for \(Numbers.count(atoms, "atom"))",
          hint: "give one number for all ions, or one for each")
      }
    }
    if let jet, !(jet >= 0) {
      throw .usage("a total momentum with a deviation of \(jet)", hint: "give a number from 0")
    }
  }

  /// The covariance of an ion that has the momentum p.
  func covariance(atom: Int, _ p: SIMD3<Double>) -> [Double] {
    if case .ions(let ions) = width { return ions[atom].matrix }
    let square = sigma(p) * sigma(p)
    return [square, 0, 0, 0, square, 0, 0, 0, square]
  }

  /// Adds noise to one row.
  ///
  /// - Parameter widths: gets what was added to each ion in the end.
  func add(
    to row: UnsafeMutableBufferPointer<Double>, masses: [Double], seed: UInt64, index: Int,
    widths: inout NoiseWidths
  ) {
    var random = RowRandom(seed: seed, stream: .momentumNoise, row: index)
    withUnsafeTemporaryAllocation(of: SIMD3<Double>.self, capacity: masses.count) { exact in
      var total = SIMD3<Double>.zero
      for i in masses.indices {
        exact[i] = SIMD3(row, atom: i)
        let noise = draw(SIMD3(random.normal(), random.normal(), random.normal()), i, exact[i])
        total += noise
        for axis in 0..<3 { row[3 * i + axis] += noise[axis] }
      }
      // What the jet adds to the total momentum, or what the noise has added.
      let change =
        keepsTotal
        ? (jet ?? 0) * SIMD3(random.normal(), random.normal(), random.normal()) : -total
      let drift = change / masses.reduce(0, +)
      for i in masses.indices {
        for axis in 0..<3 { row[3 * i + axis] += masses[i] * drift[axis] }
        widths.add(SIMD3(row, atom: i) - exact[i], unit: unit(exact[i]), atom: i)
      }
    }
    widths.rows += 1
  }

  private func draw(_ z: SIMD3<Double>, _ atom: Int, _ p: SIMD3<Double>) -> SIMD3<Double> {
    guard case .ions(let ions) = width else { return sigma(p) * z }
    return SIMD3(ions[atom].root.times([z.x, z.y, z.z]))
  }

  /// What a width is relative to.
  private func unit(_ p: SIMD3<Double>) -> Double {
    if case .relative = width { p.length } else { 1 }
  }

  private func sigma(_ p: SIMD3<Double>) -> Double {
    switch width {
    case .relative(let part): part * p.length
    case .absolute(let sigma): sigma
    case .ions: 0
    }
  }
}

extension MomentumNoise {
  /// The covariance of all components of momenta that are measured with this noise, row after row,
  /// the jet's part included where it is finite.
  func covariance(of momenta: [Double], masses: [Double]) -> [Double] {
    let n = momenta.count, mass = masses.reduce(0, +)
    let largest = masses.indices.map { SIMD3(momenta, atom: $0).length }.max() ?? 0
    var c = [Double](repeating: 0, count: n * n)
    for atom in masses.indices {
      // An ion at rest has no relative noise, but no measurement is exact.
      let p = SIMD3(momenta, atom: atom)
      let known = p.length < 1e-3 * largest ? SIMD3(1e-3 * largest, 0, 0) : p
      let block = covariance(atom: atom, known)
      for a in 0..<3 {
        for b in 0..<3 { c[(3 * atom + a) * n + 3 * atom + b] = block[3 * a + b] }
      }
    }
    guard let jet, jet > 0, jet < .infinity else { return c }
    for i in 0..<n {
      for j in stride(from: i % 3, to: n, by: 3) {
        c[i * n + j] += jet * jet * masses[i / 3] * masses[j / 3] / (mass * mass)
      }
    }
    return c
  }
}
