/// One start of Newton's method on its way.
struct NewtonSearch {
  enum State {
    case underway, arrived, stalled
    /// They never had a residual.
    case unusable, impossible
  }

  private(set) var state = State.underway
  private(set) var hasArrivedOnce = false
  /// Where it is to be exploded next.
  private(set) var tried: [Double]

  private let explosion: JacobiExplosion
  /// About the center of mass, as given.
  private let origin: [Double]
  /// w that is to be reached, as given, and as seen by the molecule, which is turned by `rotation`
  /// in the end.
  private let target: [Double]
  private var seen: [Double]
  private var rotation = Rotation.identity
  /// |target|.
  private let size: Double

  /// Where it is, and what was computed there.
  private var positions: [Double]
  private var momenta: [Double] = []
  private var jacobian: [Double] = []
  private var residual = Double.infinity
  /// Of the molecule as it was given.
  private var firstResidual: Double?

  /// The part of the next step that is taken.
  private var step = 1.0
  private var tries = 0
  /// Steps that were taken although they led away, and whether the next is one.
  private var leaps = 0
  private var isLeaping = false

  init(_ explosion: JacobiExplosion, start: ArraySlice<Double>, momenta: ArraySlice<Double>) {
    let coordinates = explosion.coordinates
    self.explosion = explosion
    origin = coordinates.positions(coordinates.relative(positions: start))
    target = coordinates.relative(momenta: momenta)
    size = target.length
    (seen, positions, tried) = (target, origin, origin)
    // Momenta that are all alike leave rounding.
    var total = 0.0
    for (i, p) in momenta.enumerated() { total += p * p / explosion.molecule.masses[i / 3] }
    if !(size > 1e-13 * total.squareRoot() && size < .infinity) { state = .impossible }
  }

  /// Goes on in another stage, where it is, or a step further.
  mutating func restart(stepping: Bool) {
    if state == .arrived { hasArrivedOnce = true }
    (tried, step, tries, state) = (positions, 1, 0, .underway)
    if stepping { propose() }
    residual = .infinity
  }

  /// Beyond this residual a molecule is turned and scaled; below it steps do that as well.
  private static let far = 1e-2

  /// Makes use of the values where it tried.
  ///
  /// - Parameter derivatives: nil where the last ones count.
  mutating func advance(
    _ values: [Double], _ derivatives: [Double]?, _ stage: GeometryRefiner.Stage
  ) {
    var other = self
    (other.positions, other.momenta) = (tried, values)
    if let derivatives { other.jacobian = derivatives }
    other.measure()
    if firstResidual == nil {
      (firstResidual, other.firstResidual) = (other.residual, other.residual)
    }
    if derivatives != nil, other.residual > Self.far { other.fit() }
    if other.residual < residual || isLeaping && other.residual.isFinite {
      (other.step, other.isLeaping) = (isLeaping ? 1 : min(1, 2 * step), false)
      self = other
      if residual < stage.tolerance { state = .arrived }
    } else {
      step = isLeaping ? 0 : 0.3 * step
      if residual == .infinity { state = hasArrivedOnce ? .stalled : .unusable }
    }
    if state == .underway { goOn(stage) }
  }

  /// The next step, if there is one.
  private mutating func goOn(_ stage: GeometryRefiner.Stage) {
    // Beside a fold of the map the residual has a minimum that is none: beyond it is another slope.
    if step < 1e-3, leaps < stage.leaps {
      leaps += 1
      (isLeaping, step, tries) = (true, 1, 0)
    }
    propose()
    tries += 1
    if state == .underway, tries < stage.tries, step >= 1e-3 { return }
    state = residual < accepted ? .arrived : .stalled
  }

  /// |w − target|/|target|; infinite where there is none.
  private mutating func measure() {
    var sum = 0.0
    for i in momenta.indices { sum += (momenta[i] - seen[i]) * (momenta[i] - seen[i]) }
    residual = sum.squareRoot() / size
    if !residual.isFinite { residual = .infinity }
  }

  /// What can be asked of a geometry: a close pair multiplies the rounding of its place.
  private var accepted: Double {
    var (least, most) = (Double.infinity, 0.0)
    forEachPair(positions) { distance, _ in
      (least, most) = (min(least, distance), max(most, distance))
    }
    return 1e-12 + 2e-15 * most / least
  }

  /// Scales and turns: λ times the molecule has λ^(−1/2) times the momenta and λ^(−3/2) times their
  /// derivatives. Instead of the molecule the target is turned.
  private mutating func fit() {
    let own = momenta.length
    guard own > 0, own < .infinity else { return }
    let factor = size / own
    let goal = (0..<target.count / 3).map { SIMD3(target, atom: $0) }
    // Unit vectors: the squares of others may be beyond the range of numbers.
    let turns = Rotation.stationary(
      goal.indices.map { SIMD3(momenta, atom: $0) / own }, goal.map { $0 / size })
    guard let best = turns.last else { return }
    rotation = best
    for (k, w) in goal.enumerated() {
      let turned = best.inverse(w)
      for axis in 0..<3 { seen[3 * k + axis] = turned[axis] }
    }
    for i in positions.indices { positions[i] /= factor * factor }
    for i in momenta.indices { momenta[i] *= factor }
    for i in jacobian.indices { jacobian[i] *= factor * factor * factor }
    measure()
  }

  /// A step from where it is, no longer than most of any distance.
  private mutating func propose() {
    let n = explosion.coordinates.count
    let rest = (0..<n).map { seen[$0] - momenta[$0] }
    guard let step = LinearFactors(jacobian, count: n).solve(rest) else { return state = .stalled }
    let change = explosion.coordinates.positions(step)
    var most = 0.0
    forEachPair(change) { distance, change in most = max(most, change / distance) }
    let factor = self.step * min(1, 0.8 / most)
    for i in positions.indices { tried[i] = positions[i] + factor * change[i] }
  }

  /// Distances of all pairs, and how long the changes of their vectors are.
  private func forEachPair(_ changes: [Double], _ body: (Double, Double) -> Void) {
    for i in 0..<explosion.molecule.atoms {
      for j in 0..<i {
        body(
          (SIMD3(positions, atom: i) - SIMD3(positions, atom: j)).length,
          (SIMD3(changes, atom: i) - SIMD3(changes, atom: j)).length)
      }
    }
  }

  var result: RefinedStart {
    let turned = rotation(positions)
    var result = RefinedStart(
      outcome: .stalled, positions: turned, residual: residual,
      firstResidual: firstResidual ?? .infinity,
      moved: turned.indices.map { turned[$0] - origin[$0] }.length)
    switch state {
    case .unusable: result.outcome = .unusable
    case .impossible: result.outcome = .impossible
    case .underway, .stalled: break
    case .arrived:
      result.outcome = .arrived
      let y = explosion.coordinates.relative(positions: positions)
      result.condition =
        MomentumDeterminant(jacobian, y: y, w: seen, logMassFactor: 0).condition
    }
    return result
  }
}
