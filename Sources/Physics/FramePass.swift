/// An event frame during a loop over rows: pointers instead of arrays, rows changed in place.
package struct FramePass {
  private let frame: Frame
  private let axes: FrameAxes
  private let atoms: Int
  private let mass: Double
  private let chargeProduct: Double
  private let masses, rootMasses: UnsafeBufferPointer<Double>

  /// A part of the typical momentum below which a direction is rounding.
  package static let least = 1e-12
  /// The energy about the center of mass, as a part of that of the common motion, below which it is
  /// rounding.
  package static let leastMotion = 1e-28

  init(
    _ frame: EventFrame, masses: UnsafeBufferPointer<Double>,
    rootMasses: UnsafeBufferPointer<Double>
  ) {
    (self.frame, axes, atoms) = (frame.frame, frame.axes, frame.molecule.atoms)
    (mass, chargeProduct) = (frame.molecule.mass, frame.chargeProduct)
    (self.masses, self.rootMasses) = (masses, rootMasses)
  }

  /// Axes, size and drift of an event, from its momenta.
  ///
  /// - Parameter chargeProduct: `Σ qᵢqⱼ` of the event's ions; nil for the molecule's.
  package func orientation(
    of momenta: UnsafeBufferPointer<Double>, chargeProduct: Double? = nil
  ) -> Orientation {
    if frame == .raw { return Orientation() }
    var total = SIMD3<Double>.zero
    for i in 0..<atoms { total += SIMD3(momenta, atom: i) }
    let drift = total / mass
    if frame == .centered { return Orientation(drift: drift) }
    var energy = 0.0
    for i in 0..<atoms {
      let p = SIMD3(momenta, atom: i) - masses[i] * drift
      energy += p.dot(p) / (2 * masses[i])
    }
    guard energy > Self.leastMotion * mass * drift.dot(drift), energy.isNormal, energy < .infinity
    else {
      return Orientation(drift: energy.isFinite ? drift : .zero, axes: .undefined)
    }
    let product = chargeProduct ?? self.chargeProduct
    let x = firstAxis(momenta, drift, energy)
    var offAxis = 0.0
    for step in 0..<atoms {
      let atom = axes.plane + step < atoms ? axes.plane + step : axes.plane + step - atoms
      let p = SIMD3(momenta, atom: atom) - masses[atom] * drift
      let across = p - p.dot(x) * x
      let part = across.length / (rootMasses[atom] * energy.squareRoot())
      if step == 0 { offAxis = part }
      if part > Self.least {
        return Orientation(
          x: x, y: across.perpendicular(to: x), energy: energy, chargeProduct: product,
          drift: drift, axes: .full, offAxis: offAxis)
      }
    }
    return Orientation(
      x: x, y: x.farthestAxis.perpendicular(to: x), energy: energy, chargeProduct: product,
      drift: drift, axes: .collinear, offAxis: offAxis)
  }

  /// Along v(head) − v(tail); where the two move together, along the first that moves.
  private func firstAxis(
    _ momenta: UnsafeBufferPointer<Double>, _ drift: SIMD3<Double>, _ energy: Double
  ) -> SIMD3<Double> {
    let apart =
      SIMD3(momenta, atom: axes.head) / masses[axes.head]
      - SIMD3(momenta, atom: axes.tail) / masses[axes.tail]
    let speed = apart.length
    if speed > Self.least * (energy / mass).squareRoot() { return apart / speed }
    for i in 0..<atoms {
      let p = SIMD3(momenta, atom: i) - masses[i] * drift
      if p.length > Self.least * rootMasses[i] * energy.squareRoot() { return p / p.length }
    }
    return SIMD3(1, 0, 0)
  }

  /// Changes a row of positions into the frame.
  package func toFrame(
    positions: UnsafeMutableBufferPointer<Double>, _ orientation: Orientation
  ) {
    let scale = orientation.scale
    change(positions) { scale * orientation.turned($0) }
  }

  /// Changes a row of positions in the frame into the data's.
  package func fromFrame(
    positions: UnsafeMutableBufferPointer<Double>, _ orientation: Orientation
  ) {
    let scale =
      orientation.axes == .undefined ? 1 : orientation.chargeProduct / orientation.energy
    change(positions) { scale * orientation.turnedBack($0) }
  }

  /// Moves the center of mass to 0, and turns the positions in the canonical frame.
  @inline(__always)
  private func change(
    _ positions: UnsafeMutableBufferPointer<Double>, _ turn: (SIMD3<Double>) -> SIMD3<Double>
  ) {
    if frame == .raw { return }
    var sum = SIMD3<Double>.zero
    for i in 0..<atoms { sum += masses[i] * SIMD3(positions, atom: i) }
    let center = sum / mass
    for i in 0..<atoms {
      let x = SIMD3(positions, atom: i) - center
      set(positions, i, frame == .canonical ? turn(x) : x)
    }
  }

  /// Changes a row of momenta into the frame.
  package func toFrame(
    momenta: UnsafeMutableBufferPointer<Double>, _ orientation: Orientation
  ) {
    if frame == .raw { return }
    let scale = 1 / orientation.energy.squareRoot()
    for i in 0..<atoms {
      let p = SIMD3(momenta, atom: i) - masses[i] * orientation.drift
      set(
        momenta, i,
        frame == .canonical ? scale / rootMasses[i] * orientation.turned(p) : p)
    }
  }

  @inline(__always)
  private func set(
    _ row: UnsafeMutableBufferPointer<Double>, _ i: Int, _ vector: SIMD3<Double>
  ) {
    row[3 * i] = vector.x
    row[3 * i + 1] = vector.y
    row[3 * i + 2] = vector.z
  }
}

extension Orientation {
  /// The components of a vector along the axes.
  @inline(__always)
  func turned(_ v: SIMD3<Double>) -> SIMD3<Double> { SIMD3(v.dot(x), v.dot(y), v.dot(z)) }

  @inline(__always)
  func turnedBack(_ v: SIMD3<Double>) -> SIMD3<Double> { v.x * x + v.y * y + v.z * z }
}

extension SIMD3<Double> {
  /// The unit vector across `axis`, a unit vector, that is nearest. Its second pass takes out what
  /// rounding left of the axis where this vector was nearly along it.
  func perpendicular(to axis: Self) -> Self {
    var across = self - dot(axis) * axis
    across /= across.length
    across -= across.dot(axis) * axis
    return across / across.length
  }

  /// The coordinate axis that is farthest from this direction.
  var farthestAxis: Self {
    let (a, b, c) = (abs(x), abs(y), abs(z))
    if a <= b && a <= c { return Self(1, 0, 0) }
    return b <= c ? Self(0, 1, 0) : Self(0, 0, 1)
  }
}
