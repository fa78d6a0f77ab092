/// Explosions in relative coordinates: from y to w, with all derivatives.
package struct JacobiExplosion: Sendable {
  package let molecule: Molecule
  package let coordinates: RelativeCoordinates

  package init(_ molecule: Molecule) {
    self.molecule = molecule
    coordinates = RelativeCoordinates(masses: molecule.masses)
  }

  /// What becomes of rows of positions.
  package struct Result {
    /// rows × (3N − 3): w, nan where a row does not explode.
    package var momenta: [Double]
    /// Of each row (3N − 3)² numbers: ∂w/∂y, a row of it for each component of w; nothing where not
    /// asked for.
    package var jacobians: [[Double]] = []
  }

  /// - Parameters:
  ///   - positions: Rows of 3N numbers.
  ///   - charges: Of the ions of each row; nil for the molecule's.
  package func run(
    _ positions: [Double], charges: [Double]? = nil, accuracy: Accuracy, derivatives: Bool
  ) -> Result {
    let explosion = CoulombExplosion(molecule, accuracy: accuracy)
    guard derivatives else {
      return Result(momenta: relative(explosion.explode(positions, charges: charges).momenta))
    }
    let (width, n, rows) = (molecule.width, coordinates.count, positions.count / molecule.width)
    var result = Result(
      momenta: [Double](repeating: .nan, count: rows * n),
      jacobians: [[Double]](repeating: [], count: rows))
    let shapes = (0..<rows).map { row in
      ShapeDirections(coordinates.relative(positions: positions[row * width..<(row + 1) * width]))
    }
    for isKnown in [true, false] {
      let chosen = shapes.indices.filter { (shapes[$0] != nil) == isKnown }
      if chosen.isEmpty { continue }
      let directions = chosen.flatMap { shapes[$0]?.changes ?? (0..<n).map { .unit($0, of: n) } }
      let (w, tangents) = tangents(
        explosion, chosen.flatMap { positions.row($0, width: width) }, directions,
        charges.map { all in chosen.flatMap { all.row($0, width: molecule.atoms) } })
      let length = tangents.count / chosen.count
      for (k, row) in chosen.enumerated() {
        let own = Array(w[k * n..<(k + 1) * n])
        let mine = tangents[k * length..<(k + 1) * length]
        for f in 0..<n { result.momenta[row * n + f] = own[f] }
        result.jacobians[row] =
          shapes[row]?.jacobian(w: own, tangents: mine) ?? Self.transposed(mine, n)
      }
    }
    return result
  }

  private static func transposed(_ matrix: ArraySlice<Double>, _ n: Int) -> [Double] {
    (0..<n * n).map { matrix[matrix.startIndex + $0 % n * n + $0 / n] }
  }

  /// Numbers of the series of a call of the simulator: memory grows with pairs and directions.
  private static let room = 1 << 19

  /// w, and its changes with as many changes of y for each row.
  private func tangents(
    _ explosion: CoulombExplosion, _ positions: [Double], _ changes: [[Double]],
    _ charges: [Double]?
  ) -> (momenta: [Double], tangents: [Double]) {
    let (n, rows) = (coordinates.count, positions.count / molecule.width)
    let directions = changes.count / rows
    let pairs = molecule.atoms * (molecule.atoms - 1) / 2
    let most = max(4, Self.room / (pairs * 22 * 5 * 8))
    var (w, tangents) = ([Double](), [Double](repeating: 0, count: rows * directions * n))
    for first in stride(from: 0, to: directions, by: most) {
      let chosen = first..<min(directions, first + most)
      let found = explosion.explode(
        positions,
        along: (0..<rows).flatMap { row in
          chosen.flatMap { coordinates.positions(changes[row * directions + $0]) }
        }, directions: chosen.count, charges: charges,
        inPlane: molecule.atoms == 3 && directions == 2)
      if first == 0 { w = relative(found.momenta) }
      for (place, number) in relative(found.tangents).enumerated() {
        let (direction, f) = place.quotientAndRemainder(dividingBy: n)
        let (row, k) = direction.quotientAndRemainder(dividingBy: chosen.count)
        tangents[(row * directions + first + k) * n + f] = number
      }
    }
    return (w, tangents)
  }

  /// w of rows of momenta.
  private func relative(_ momenta: [Double]) -> [Double] {
    stride(from: 0, to: momenta.count, by: molecule.width).flatMap {
      coordinates.relative(momenta: momenta[$0..<$0 + molecule.width])
    }
  }
}
