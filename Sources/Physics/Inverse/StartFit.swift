/// Starts scaled and turned so that the momenta that they explode into fit given ones best.
///
/// λ times a molecule has λ^(−1/2) times its momenta, and a turned one has turned momenta.
package struct StartFit: Sendable {
  private let coordinates: RelativeCoordinates

  /// - Parameter molecule: Two atoms or more.
  package init(_ molecule: Molecule) {
    coordinates = RelativeCoordinates(masses: molecule.masses)
  }

  /// Nil where there is nothing to fit: momenta that are not finite, or of no size.
  ///
  /// - Parameters:
  ///   - start: 3N positions.
  ///   - exploded: The momenta that they explode into.
  package func fitted(
    _ start: ArraySlice<Double>, exploded: ArraySlice<Double>, to momenta: ArraySlice<Double>
  ) -> [Double]? {
    let (own, target) = (
      coordinates.relative(momenta: exploded), coordinates.relative(momenta: momenta)
    )
    let (size, wanted) = (own.length, target.length)
    guard size > 0, wanted > 0, size < .infinity, wanted < .infinity else { return nil }
    // Unit vectors: the squares of others may be beyond the range of numbers.
    let vectors = { (w: [Double], size: Double) in
      (0..<w.count / 3).map { SIMD3(w, atom: $0) / size }
    }
    guard let rotation = Rotation.stationary(vectors(own, size), vectors(target, wanted)).last
    else { return nil }
    let scale = (size / wanted) * (size / wanted)
    // About atom 0, so that the place in space does not matter.
    let origin = Array(start.prefix(3))
    let relative = start.enumerated().map { scale * ($0.element - origin[$0.offset % 3]) }
    return rotation(relative).enumerated().map { $0.element + origin[$0.offset % 3] }
  }
}
