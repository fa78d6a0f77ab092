/// What the momenta of one event say of where it is turned, how large it is, and how it moves.
package struct Orientation: Sendable, Equatable {
  /// What kind of axes the momenta could define.
  package enum Axes: Sendable, Equatable {
    /// All three.
    case full
    /// The first alone. The others are any two across it; predictions must not depend on them.
    case collinear
    /// None, because nothing moves about the center of mass: axes and size are those of the data.
    case undefined
  }

  /// Orthonormal and right-handed.
  package let x, y, z: SIMD3<Double>
  /// The kinetic energy about the center of mass, in hartree.
  package let energy: Double
  /// `Q = Σ qᵢqⱼ` of the event's ions.
  package let chargeProduct: Double
  /// The velocity of the center of mass.
  package let drift: SIMD3<Double>
  package let axes: Axes
  /// How far the atom of the plane moves from the first axis, as a part of √(2m·KE); it is 0 on the
  /// axis and at most 1.
  package let offAxis: Double

  init(
    x: SIMD3<Double>, y: SIMD3<Double>, energy: Double, chargeProduct: Double,
    drift: SIMD3<Double>, axes: Axes, offAxis: Double
  ) {
    (self.x, self.y, self.z) = (x, y, x.cross(y))
    (self.energy, self.chargeProduct, self.drift) = (energy, chargeProduct, drift)
    (self.axes, self.offAxis) = (axes, offAxis)
  }

  /// By what the canonical frame multiplies positions: `KE/Q`, or 1 where nothing moves.
  package var scale: Double { axes == .undefined ? 1 : energy / chargeProduct }

  /// The axes and the size of the data.
  init(drift: SIMD3<Double> = .zero, axes: Axes = .full) {
    self.init(
      x: SIMD3(1, 0, 0), y: SIMD3(0, 1, 0), energy: 1, chargeProduct: 1, drift: drift, axes: axes,
      offAxis: 0)
  }
}
