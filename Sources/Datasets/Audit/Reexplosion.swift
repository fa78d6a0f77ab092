import Glibc
import Physics

/// Whether the positions of rows, exploded anew, give the momenta of the rows.
///
/// Momenta p and those of the explosion s are compared by ‖p/‖p‖ − s/‖s‖‖: units of positions and
/// momenta, and a common factor of the charges, change the norms only.
package struct Reexplosion: Sendable, Equatable {
  /// Rows that were exploded.
  package let rows: Int
  /// The median over rows: 0 for exact momenta, √2 for unrelated ones, 2 for reversed ones.
  package let median: Double
  /// The change of the momenta that makes the median much smaller, if there is one.
  package let explanation: Explanation?

  package enum Explanation: Sendable, Hashable {
    /// All signs.
    case signs
    /// Two atoms, by index.
    case exchanged(Int, Int)
  }

  private static let mostRows = 300
  /// A median below which nothing is to be explained, and the factor by which an explanation is
  /// better. Noise leaves what is right the best, so that it has no explanation.
  private static let (least, factor) = (0.05, 3.0)

  /// - Parameter charges: of all rows; nil for those of each row.
  init?(of table: Table<Float>, _ molecule: Molecule, charges: [Double]?, threads: Int) {
    guard molecule.atoms > 1, let positions = table.indices(of: molecule.positionColumns),
      let momenta = table.indices(of: molecule.momentumColumns)
    else { return nil }
    let own = charges == nil ? table.indices(of: molecule.chargeColumns) : nil
    let count = min(table.rows, Self.mostRows)
    let chosen = (0..<count).map { $0 * table.rows / count }
    func values(_ columns: [Int]) -> [Double] {
      chosen.flatMap { row in columns.map { Double(table[row, $0]) } }
    }
    let given = values(momenta)
    let exploded = CoulombExplosion(molecule, accuracy: .fast).explode(
      chosen.flatMap { row in Self.scaled(positions.map { Double(table[row, $0]) }) },
      charges: own.map(values) ?? charges.map { charges in chosen.flatMap { _ in charges } },
      threads: threads)
    let width = molecule.width
    let pairs: [Pair] = chosen.indices.compactMap { row in
      guard exploded.outcomes[row].isExploded else { return nil }
      let range = row * width..<(row + 1) * width
      return Pair(Array(given[range]), Array(exploded.momenta[range]))
    }
    guard !pairs.isEmpty else { return nil }
    let masses = molecule.masses
    rows = pairs.count
    let median = Self.median(pairs, masses, nil)
    self.median = median
    guard median > Self.least else {
      explanation = nil
      return
    }
    let best = Self.explanations(molecule.atoms)
      .map { (explanation: $0, median: Self.median(pairs, masses, $0)) }
      .min { $0.median < $1.median }
    explanation = best.flatMap { $0.median < median / Self.factor ? $0.explanation : nil }
  }

  /// Positions around 0, of the size of molecules in bohr, whatever their unit and origin.
  private static func scaled(_ positions: [Double]) -> [Double] {
    let atoms = Double(positions.count / 3)
    let center = (0..<3).map { c in
      stride(from: c, to: positions.count, by: 3).reduce(0) { $0 + positions[$1] } / atoms
    }
    let centered = positions.indices.map { positions[$0] - center[$0 % 3] }
    let size = (centered.reduce(0) { $0 + $1 * $1 } / atoms).squareRoot()
    return size > 0 && size < .infinity ? centered.map { 3 / size * $0 } : positions
  }

  private static func explanations(_ atoms: Int) -> [Explanation] {
    [.signs] + (0..<atoms).flatMap { b in (0..<b).map { .exchanged($0, b) } }
  }

  private static func median(
    _ pairs: [Pair], _ masses: [Double], _ explanation: Explanation?
  ) -> Double {
    let found = pairs.map { $0.deviation(masses, explanation) }.sorted()
    return Quantile.of(found, 0.5)
  }
}

/// The momenta of a row, and those of its explosion.
private struct Pair {
  let given, exploded: [Double]

  init?(_ given: [Double], _ exploded: [Double]) {
    guard (given + exploded).allSatisfy(\.isFinite), given.contains(where: { $0 != 0 }) else {
      return nil
    }
    (self.given, self.exploded) = (given, exploded)
  }

  func deviation(_ masses: [Double], _ explanation: Reexplosion.Explanation?) -> Double {
    var p = given
    switch explanation {
    case .signs: p = p.map { -$0 }
    case .exchanged(let a, let b): for c in 0..<3 { p.swapAt(3 * a + c, 3 * b + c) }
    case nil: break
    }
    let (from, to) = (Self.atRest(p, masses), Self.atRest(exploded, masses))
    let (a, b) = (Self.norm(from), Self.norm(to))
    // Without motion relative to the center of mass there is no direction.
    guard a > 0, b > 0 else { return 2 }
    return Self.norm(zip(from, to).map { $0 / a - $1 / b })
  }

  /// Relative to the center of mass: drift is no matter of the explosion.
  private static func atRest(_ p: [Double], _ masses: [Double]) -> [Double] {
    let mass = masses.reduce(0, +)
    let total = (0..<3).map { c in masses.indices.reduce(0) { $0 + p[3 * $1 + c] } }
    return p.indices.map { p[$0] - total[$0 % 3] * masses[$0 / 3] / mass }
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
