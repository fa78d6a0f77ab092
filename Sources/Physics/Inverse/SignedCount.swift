/// How many geometries an event has, each counted with the sign of its determinant.
///
/// The map of shapes takes the hemisphere of triangles, without its three collisions, to that of
/// velocities. Counted with signs, the geometries of an event are as many as the boundary's image
/// winds round it, whatever happens inside. On the rim atoms stay on a line in their order, which
/// alone gives −2. At a collision a pair flies apart with all the energy: one fragment, i, is free to
/// hit the third atom, l, which is at rest, while the other, j, flies on. An elastic collision of i
/// and l for all impact parameters traces half a circle in the plane of p_i/p_j, from the rim to the
/// rim: it adds 1 to the count of the events inside, for which
///   p_i²/m_i + p_l²/m_l < E p_j²,  E = 1/m_i.
/// Where i comes back from l faster than j flies, it hits j as well, and so on; these half circles
/// subtract and add in turn. Charges do not matter.
struct SignedCount: Sendable {
  /// One half circle: inside where `square · (p_i²/m_i + p_t²/m_t) < energy · p_s²`.
  private struct HalfCircle: Sendable {
    let sign: Int
    let projectile, target, spectator: Int
    /// The spectator's p² and Σp²/m of the other two, where the pair's momenta were ±1.
    let square, energy: Double
  }

  private let masses: [Double]
  private let halves: [HalfCircle]

  init(masses: [Double]) {
    self.masses = masses
    halves = (0..<3).flatMap { i in
      (0..<3).filter { $0 != i }.flatMap { j in Self.bounces(of: i, from: j, masses) }
    }
  }

  /// The collisions of `i` once the pair of it and `j` flies apart along the line of all three.
  private static func bounces(of i: Int, from j: Int, _ masses: [Double]) -> [HalfCircle] {
    var momenta = [0.0, 0, 0]
    (momenta[i], momenta[j]) = (1, -1)
    var (target, spectator, sign) = (3 - i - j, j, 1)
    var halves: [HalfCircle] = []
    while true {
      halves.append(
        HalfCircle(
          sign: sign, projectile: i, target: target, spectator: spectator,
          square: momenta[spectator] * momenta[spectator],
          energy: momenta[i] * momenta[i] / masses[i]
            + momenta[target] * momenta[target] / masses[target]))
      let drift = (momenta[i] + momenta[target]) / (masses[i] + masses[target])
      for atom in [i, target] { momenta[atom] = 2 * masses[atom] * drift - momenta[atom] }
      let velocity = { (atom: Int) in momenta[atom] / masses[atom] }
      let leaves = velocity(i) - velocity(target), catches = velocity(i) - velocity(spectator)
      guard leaves * catches > 0 else { return halves }
      (target, spectator, sign) = (spectator, target, -sign)
    }
  }

  /// - Parameter squares: |p|² of the ions about their center of mass.
  func callAsFunction(_ squares: SIMD3<Double>) -> Int {
    halves.reduce(-2) { sum, half in
      let energy =
        squares[half.projectile] / masses[half.projectile]
        + squares[half.target] / masses[half.target]
      return half.square * energy < half.energy * squares[half.spectator] ? sum + half.sign : sum
    }
  }
}
