/// Explosions of relative positions into relative momenta: of all atoms but the first, the places as
/// seen from the first, the momenta from the center of mass.
struct RelativeExplosion: Sendable {
  private let explosion: CoulombExplosion
  private let masses: [Double]
  /// How many numbers a point has.
  let count: Int

  init(_ molecule: Molecule, accuracy: Accuracy = .precise) {
    explosion = CoulombExplosion(molecule, accuracy: accuracy)
    masses = molecule.masses
    count = molecule.width - 3
  }

  /// The places of all atoms, x, y, z of each, about the center of mass.
  func positions(_ x: [Double]) -> [Double] {
    let mass = masses.reduce(0, +)
    var center = [0.0, 0, 0]
    for (i, x) in x.enumerated() { center[i % 3] += masses[i / 3 + 1] / mass * x }
    return center.map { -$0 } + x.indices.map { x[$0] - center[$0 % 3] }
  }

  func point(of positions: [Double]) -> [Double] {
    (3..<positions.count).map { positions[$0] - positions[$0 % 3] }
  }

  /// The momenta of points; nan where one does not explode.
  func momenta(_ points: [[Double]]) -> [[Double]] {
    let momenta = explosion.explode(points.flatMap(positions)).momenta
    let width = count + 3
    return points.indices.map { Array(momenta[$0 * width + 3..<($0 + 1) * width]) }
  }

  /// The momenta of points, and for each coordinate in turn by how much they change with it.
  func momentaAndDerivatives(
    _ points: [[Double]]
  ) -> [(momenta: [Double], derivatives: [[Double]])] {
    let width = count + 3
    let unit = (0..<count).flatMap { positions(.unit($0, of: count)) }
    let found = explosion.explode(
      points.flatMap(positions), along: points.flatMap { _ in unit }, directions: count)
    func row(_ all: [Double], _ k: Int) -> [Double] { Array(all[k * width + 3..<(k + 1) * width]) }
    return points.indices.map { i in
      (row(found.momenta, i), (0..<count).map { row(found.tangents, i * count + $0) })
    }
  }
}
