import Glibc

/// Newton's method for many starts at a time, in stages of growing accuracy.
struct RefinementBatch {
  private enum State {
    case underway, arrived, stalled
    /// Out of the race: they never had a residual.
    case unusable, impossible
  }

  enum Restarted { case arrived, stalled }

  private let explosion: RelativeExplosion
  private let charges: [Double]?
  private var starts: [Start]

  private struct Start {
    /// About the center of mass, as given.
    let origin: [Double]
    /// w that is to be reached, as given, and as seen by the molecule, which is turned by
    /// `rotation` in the end.
    let target: [Double]
    var seen: [Double]
    var rotation = Rotation.identity
    var positions, tried: [Double]
    var momenta: [Double] = []
    var jacobian: [Double] = []
    var residual = Double.infinity
    /// Of the molecule as it was given.
    var firstResidual: Double?
    var step = 1.0
    var tries = 0
    /// Steps that were taken although they led away, and whether the next is one.
    var leaps = 0
    var isLeaping = false
    var hasArrivedOnce = false
    var state = State.underway
    let size: Double
  }

  init(
    _ explosion: RelativeExplosion, starts: [Double], momenta: [Double], charges: [Double]?
  ) {
    (self.explosion, self.charges) = (explosion, charges)
    let (width, coordinates) = (explosion.molecule.width, explosion.coordinates)
    self.starts = stride(from: 0, to: starts.count, by: width).map { begin in
      let y = coordinates.relative(positions: starts[begin..<begin + width])
      let target = coordinates.relative(momenta: momenta[begin..<begin + width])
      let size = norm(target)
      let total = momenta[begin..<begin + width].enumerated().reduce(0) {
        $0 + $1.element * $1.element / explosion.molecule.masses[$1.offset / 3]
      }
      let origin = coordinates.positions(y)
      var start = Start(
        origin: origin, target: target, seen: target, positions: origin, tried: origin, size: size)
      // Momenta that are all alike leave rounding.
      if !(size > 1e-13 * total.squareRoot() && size < .infinity) { start.state = .impossible }
      return start
    }
  }

  /// One step after another of all that are under way.
  mutating func run(_ stage: GeometryRefiner.Stage) {
    while true {
      let rows = starts.indices.filter { starts[$0].state == .underway }
      if rows.isEmpty { return }
      let atoms = explosion.molecule.atoms
      let result = explosion.run(
        rows.flatMap { starts[$0].tried },
        charges: charges.map { all in rows.flatMap { all[$0 * atoms..<($0 + 1) * atoms] } },
        accuracy: stage.accuracy, derivatives: stage.derivatives)
      let n = explosion.coordinates.count
      for (k, row) in rows.enumerated() {
        advance(
          &starts[row], Array(result.momenta[k * n..<(k + 1) * n]),
          stage.derivatives ? result.jacobians[k] : [], stage)
      }
    }
  }

  /// Takes starts on to another stage: from a step on, or again from where they are. Starts that
  /// stalled before they arrived roughly stay behind.
  mutating func restart(_ state: Restarted, stepping: Bool) {
    for row in starts.indices {
      switch (state, starts[row].state) {
      case (.arrived, .arrived): starts[row].hasArrivedOnce = true
      case (.stalled, .stalled) where starts[row].hasArrivedOnce: break
      default: continue
      }
      starts[row].tried = starts[row].positions
      starts[row].step = 1
      starts[row].tries = 0
      starts[row].state = .underway
      if stepping { propose(&starts[row]) }
      starts[row].residual = .infinity
    }
  }

  /// Beyond this residual a molecule is turned and scaled; below it steps do that as well.
  private static let far = 1e-2

  /// What a start makes of the values where it tried.
  private func advance(
    _ start: inout Start, _ momenta: [Double], _ jacobian: [Double],
    _ stage: GeometryRefiner.Stage
  ) {
    var tried = start
    tried.positions = start.tried
    tried.momenta = momenta
    if stage.derivatives { tried.jacobian = jacobian }
    tried.residual = Self.residual(tried)
    if start.firstResidual == nil { tried.firstResidual = tried.residual }
    if stage.derivatives, tried.residual > Self.far { fit(&tried) }
    if tried.residual < start.residual || start.isLeaping && tried.residual.isFinite {
      tried.step = start.isLeaping ? 1 : min(1, 2 * start.step)
      tried.isLeaping = false
      start = tried
      if start.residual < stage.tolerance { start.state = .arrived }
    } else {
      start.firstResidual = tried.firstResidual
      start.step = start.isLeaping ? 0 : 0.3 * start.step
      if start.residual == .infinity {
        start.state = start.hasArrivedOnce ? .stalled : .unusable
      }
    }
    if start.state == .underway { goOn(&start, stage) }
  }

  /// The next step, if there is one.
  private func goOn(_ start: inout Start, _ stage: GeometryRefiner.Stage) {
    // Beside a fold of the map the residual has a minimum that is none: beyond it is another slope.
    if start.step < 1e-3, start.leaps < stage.leaps {
      start.leaps += 1
      start.isLeaping = true
      (start.step, start.tries) = (1, 0)
    }
    propose(&start)
    start.tries += 1
    if start.state == .underway, start.tries < stage.tries, start.step >= 1e-3 { return }
    start.state = start.residual < accepted(start) ? .arrived : .stalled
  }

  /// |w − target|/|target|; infinite where there is none.
  private static func residual(_ start: Start) -> Double {
    var sum = 0.0
    for (w, seen) in zip(start.momenta, start.seen) { sum += (w - seen) * (w - seen) }
    let residual = sum.squareRoot() / start.size
    return residual.isFinite ? residual : .infinity
  }

  /// What can be asked of a geometry: a close pair multiplies the rounding of its place.
  private func accepted(_ start: Start) -> Double {
    let distances = pairs(start.positions, start.positions).map(\.distance)
    return 1e-12 + 2e-15 * (distances.max() ?? 1) / (distances.min() ?? 1)
  }

  /// Scales and turns: λ times the molecule has λ^(−1/2) times the momenta and λ^(−3/2) times their
  /// derivatives. Instead of the molecule the target is turned.
  private func fit(_ start: inout Start) {
    let size = norm(start.momenta)
    guard size > 0, size < .infinity else { return }
    let factor = start.size / size
    let scale = 1 / (factor * factor)
    let vectors = { (w: [Double]) in (0..<w.count / 3).map { SIMD3(w, atom: $0) } }
    let (own, target) = (vectors(start.momenta), vectors(start.target))
    // Unit vectors: the squares of others may be beyond the range of numbers.
    guard
      let rotation = Rotation.stationary(
        own.map { $0 / size }, target.map { $0 / start.size }
      ).last
    else { return }
    start.rotation = rotation
    start.seen = target.flatMap { w in
      let seen = rotation.inverse(w)
      return [seen.x, seen.y, seen.z]
    }
    for i in start.positions.indices { start.positions[i] *= scale }
    for i in start.momenta.indices { start.momenta[i] *= factor }
    let steepness = factor * factor * factor
    for i in start.jacobian.indices { start.jacobian[i] *= steepness }
    start.residual = Self.residual(start)
  }

  /// A step from where the start is, no longer than most of any distance.
  private func propose(_ start: inout Start) {
    let factors = LinearFactors(start.jacobian, count: explosion.coordinates.count)
    guard let step = factors.solve(zip(start.seen, start.momenta).map { $0 - $1 }) else {
      start.state = .stalled
      return
    }
    let change = explosion.coordinates.positions(step)
    let most = pairs(start.positions, change).map { $0.change / $0.distance }.max() ?? 0
    let factor = start.step * min(1, 0.8 / most)
    start.tried = zip(start.positions, change).map { $0 + factor * $1 }
  }

  /// Distances of all pairs, and how long the changes of their vectors are.
  private func pairs(_ x: [Double], _ dx: [Double]) -> [(distance: Double, change: Double)] {
    (0..<explosion.molecule.atoms).flatMap { i in
      (0..<i).map { j in
        (
          (SIMD3(x, atom: i) - SIMD3(x, atom: j)).length,
          (SIMD3(dx, atom: i) - SIMD3(dx, atom: j)).length
        )
      }
    }
  }

  var results: [RefinedStart] { starts.map(result) }

  private func result(_ start: Start) -> RefinedStart {
    let positions = start.rotation(start.positions)
    let change = norm(zip(positions, start.origin).map { $0 - $1 })
    var result = RefinedStart(
      outcome: .stalled, positions: positions, residual: start.residual,
      firstResidual: start.firstResidual ?? .infinity, moved: change)
    switch start.state {
    case .unusable: result.outcome = .unusable
    case .impossible: result.outcome = .impossible
    case .underway, .stalled: break
    case .arrived:
      result.outcome = .arrived
      let y = explosion.coordinates.relative(positions: start.positions)
      result.condition =
        MomentumDeterminant(start.jacobian, y: y, w: start.seen, logMassFactor: 0).condition
    }
    return result
  }
}

private func norm(_ x: [Double]) -> Double {
  x.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
