/// A harmonic field of bonds and angles: `V = ½ Σ fₐᵦ sₐ sᵦ`, each s the change of a bond or of an
/// angle (Wilson, Decius and Cross, Molecular Vibrations).
package struct ValenceField: Sendable, Hashable {
  package let terms: [Term]

  package enum Term: Sendable, Hashable {
    /// Of two atoms, mdyn/Å.
    case stretch(Int, Int, Double)
    /// Of the angle at the second atom, mdyn Å; a straight one bends in both planes.
    case bend(Int, Int, Int, Double)
    /// Of two terms by their number: mdyn/Å of two bonds, mdyn of a bond and an angle, mdyn Å of
    /// two angles. Straight angles are coupled to nothing.
    case coupling(Int, Int, Double)
  }

  package init(_ terms: [Term]) { self.terms = terms }

  /// Second derivatives of the energy by Cartesian coordinates, hartree/bohr².
  func hessian(_ geometry: [SIMD3<Double>]) -> [[Double]] {
    let width = 3 * geometry.count
    var hessian = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    func add(_ a: [Double], _ b: [Double], _ constant: Double) {
      for i in 0..<width {
        for j in 0..<width where a[i] != 0 && b[j] != 0 { hessian[i][j] += constant * a[i] * b[j] }
      }
    }
    let changes = terms.map { Self.changes($0, geometry) }
    for (term, own) in zip(terms, changes) {
      switch term {
      case .stretch(_, _, let constant): for s in own { add(s, s, constant * Self.unit) }
      case .bend(_, _, _, let constant):
        for s in own { add(s, s, constant * Self.unit / Self.square) }
      case .coupling(let a, let b, let constant):
        guard changes[a].count == 1, changes[b].count == 1 else { continue }
        let angles = [a, b].count { if case .bend = terms[$0] { true } else { false } }
        let unit =
          Self.unit / (angles == 0 ? 1 : angles == 1 ? Units.angstromsPerBohr : Self.square)
        add(changes[a][0], changes[b][0], constant * unit)
        add(changes[b][0], changes[a][0], constant * unit)
      }
    }
    return hessian
  }

  private static let unit = Units.millidynePerAngstrom
  private static let square = Units.angstromsPerBohr * Units.angstromsPerBohr

  /// The derivatives of a term's coordinate: none for a coupling, two for a straight angle.
  private static func changes(_ term: Term, _ geometry: [SIMD3<Double>]) -> [[Double]] {
    func row(_ parts: [(atom: Int, vector: SIMD3<Double>)]) -> [Double] {
      var row = [Double](repeating: 0, count: 3 * geometry.count)
      for part in parts {
        for axis in 0..<3 { row[3 * part.atom + axis] += part.vector[axis] }
      }
      return row
    }
    switch term {
    case .coupling: return []
    case .stretch(let a, let b, _):
      let apart = geometry[b] - geometry[a]
      let along = apart / apart.length
      return [row([(a, -along), (b, along)])]
    case .bend(let a, let center, let b, _):
      let (u, v) = (geometry[a] - geometry[center], geometry[b] - geometry[center])
      let (e, f) = (u / u.length, v / v.length)
      // An angle grows where its ends move across their bonds, away from each other.
      let normal = e.cross(f)
      let planes =
        normal.length > 1e-6
        ? [normal / normal.length]
        : [e.farthestAxis.perpendicular(to: e)].flatMap { [$0, e.cross($0)] }
      return planes.map { normal in
        let (p, q) = (e.cross(normal) / u.length, normal.cross(f) / v.length)
        return row([(a, p), (b, q), (center, -(p + q))])
      }
    }
  }
}
