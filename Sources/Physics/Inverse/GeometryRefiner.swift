import Machine

/// From any geometry to one that explodes exactly into given momenta: Newton's method in the 3N − 3
/// relative positions of any number of atoms.
///
/// Size and direction are exact: wherever a step leads, the molecule is scaled and turned so that its
/// momenta fit best. It finds one geometry, or none, and does not say which others there are.
package struct GeometryRefiner: Sendable {
  package var molecule: Molecule { explosion.molecule }
  let explosion: JacobiExplosion

  /// - Parameter molecule: Two atoms or more.
  package init(_ molecule: Molecule) {
    precondition(molecule.atoms > 1, "\(molecule.atoms) atoms")
    explosion = JacobiExplosion(molecule)
  }

  /// How accurately points are exploded, with derivatives or with the last ones, where a start has
  /// arrived, how many steps it has, and how many leaps where none leads nearer.
  struct Stage {
    let accuracy: Accuracy
    let derivatives: Bool
    let tolerance: Double
    let tries: Int
    var leaps = 0

    /// Roughly, with rough derivatives; then exactly with those; and where these do not lead on,
    /// with exact ones.
    static let approach = Stage(
      accuracy: .fast, derivatives: true, tolerance: 1e-5, tries: 25, leaps: 3)
    static let arrive = Stage(accuracy: .reference, derivatives: false, tolerance: 3e-14, tries: 7)
    static let insist = Stage(accuracy: .reference, derivatives: true, tolerance: 3e-14, tries: 20)
  }

  /// Moves starts to geometries with the momenta of the same row. What comes out for a row does not
  /// depend on the others.
  ///
  /// - Parameters:
  ///   - starts: Rows of 3N positions, bohr.
  ///   - momenta: As many rows, atomic units.
  ///   - charges: Of the ions of each row; nil for the molecule's.
  package func refine(
    _ starts: [Double], to momenta: [Double], charges: [Double]? = nil, threads: Int = 1
  ) -> [RefinedStart] {
    let (width, atoms) = (molecule.width, molecule.atoms)
    let rows = starts.count / width
    precondition(starts.count == rows * width && momenta.count == starts.count)
    precondition(charges == nil || charges?.count == rows * atoms)
    let part = rowsAtOnce
    return ParallelParts.run((rows + part - 1) / part, threads: threads) { index in
      let range = index * part..<min(rows, (index + 1) * part)
      var batch = RefinementBatch(
        explosion, starts: starts.rows(range, width: width),
        momenta: momenta.rows(range, width: width),
        charges: charges.map { $0.rows(range, width: atoms) })
      batch.run(.approach)
      batch.restart(.arrived, stepping: true)
      batch.run(.arrive)
      batch.restart(.stalled, stepping: false)
      batch.run(.insist)
      return batch.results
    }.flatMap { $0 }
  }

  /// Rows that a thread takes at a time: enough for the lanes, while their derivatives fit into
  /// memory.
  private var rowsAtOnce: Int {
    max(32, min(512, (1 << 20) / (explosion.coordinates.count * explosion.coordinates.count)))
  }
}
