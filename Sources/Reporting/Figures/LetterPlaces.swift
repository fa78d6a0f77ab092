import Glibc

/// Where the letters of atoms are written: beside their circles, away from bonds and other letters.
enum LetterPlaces {
  typealias Place = (x: Double, y: Double)

  /// The offset of each letter from its atom, of length `distance`.
  ///
  /// The letters choose one after the other among sixteen directions the one that is farthest from
  /// all bonds, all other atoms, and the letters before; up and down are preferred.
  static func offsets(
    _ atoms: [Place], bonds: [(first: Int, second: Int)], distance: Double
  ) -> [Place] {
    let lines = bonds.flatMap { points(atoms[$0.first], atoms[$0.second]) }
    var letters: [Place] = []
    return atoms.enumerated().map { number, atom in
      let others = atoms.indices.filter { $0 != number }.map { atoms[$0] }
      let room = { (place: Place) in
        (others + lines + letters).map { hypot($0.x - place.x, $0.y - place.y) }.min() ?? .infinity
      }
      var (best, most) = ((x: 0.0, y: distance), -1.0)
      for offset in directions.map({ (x: distance * $0.x, y: distance * $0.y) }) {
        // Beyond twice the distance more room is no advantage.
        let space = min(room((atom.x + offset.x, atom.y + offset.y)), 2 * distance)
        if space > most + 1e-9 * distance { (best, most) = (offset, space) }
      }
      letters.append((atom.x + best.x, atom.y + best.y))
      return best
    }
  }

  /// Up, down, then the others.
  private static let directions: [Place] = [4, 12, 3, 5, 11, 13, 2, 6, 10, 14, 1, 7, 9, 15, 0, 8]
    .map { (cos(Double($0) * .pi / 8), sin(Double($0) * .pi / 8)) }

  /// Points on a bond.
  private static func points(_ a: Place, _ b: Place) -> [Place] {
    (0...24).map { step in
      let t = Double(step) / 24
      return (a.x + t * (b.x - a.x), a.y + t * (b.y - a.y))
    }
  }
}
