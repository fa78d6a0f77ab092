import Glibc

/// The geometries that are most probable given noisy momenta, with the normal distribution about
/// each that comes closest: Gauss–Newton steps, many searches at a time.
struct ModeSearch: Sendable {
  let explosion: RelativeExplosion
  let prior: GeometryPrior

  /// A search: which of the measured events it belongs to, and where it is.
  struct Search {
    let event: Int
    var mode: Gaussian
    /// log (prior · likelihood), as `ModeSearch` has it beyond the edge of a prior.
    var value = -Double.infinity
    /// log of the prior where the search starts.
    fileprivate let prior: Double
    fileprivate var momenta: [Double] = []
    fileprivate var slope: [Double] = []
    /// The part of the probability, of a normal distribution with this height and these widths.
    var logPart: Double { value - mode.logScale }
  }

  /// - Parameter starts: geometries in relative coordinates, with the events that they belong to.
  func callAsFunction(_ starts: [(event: Int, x: [Double])], _ events: [MeasuredMomenta])
    -> [Search]
  {
    let precisions = events.map { event -> [Double] in
      Cholesky(event.covariance, count: event.center.count)?.inverse ?? []
    }
    var searches = starts.map { start in
      Search(
        event: start.event,
        mode: Gaussian(
          mean: start.x, precision: start.x.indices.map { .unit($0, of: start.x.count) }),
        prior: prior.logDensity(explosion.positions(start.x)))
    }
    for round in 0..<4 {
      linearize(&searches, events, precisions)
      searches.removeAll { !$0.value.isFinite }
      fitWidths(&searches, events)
      if round < 3 { step(&searches, events) }
    }
    return Self.distinct(searches)
  }

  /// The value at points of searches.
  private func values(_ points: [[Double]], of searches: [Search], _ events: [MeasuredMomenta])
    -> [Double]
  {
    zip(zip(searches, points), explosion.momenta(points)).map { next, u in
      value(next.1, u, next.0, events[next.0.event])
    }
  }

  /// Beyond an edge the prior is not 0 but a hundredth of what it is at the start: a wall that
  /// shortens a distribution without ending it.
  private func value(
    _ x: [Double], _ u: [Double], _ search: Search, _ event: MeasuredMomenta
  ) -> Double {
    guard u.allSatisfy(\.isFinite) else { return -.infinity }
    let density = prior.logDensity(explosion.positions(x))
    return event.logLikelihood(u) + (density.isFinite ? density : search.prior - 5)
  }

  /// Jᵀ S⁻¹ J of the likelihood and the second derivatives of the prior, and the slope of both.
  private func linearize(
    _ searches: inout [Search], _ events: [MeasuredMomenta], _ precisions: [[Double]]
  ) {
    let found = explosion.momentaAndDerivatives(searches.map(\.mode.mean))
    for (i, (u, columns)) in found.enumerated() {
      let (event, x) = (events[searches[i].event], searches[i].mode.mean)
      searches[i].value = value(x, u, searches[i], event)
      guard searches[i].value.isFinite, columns.joined().allSatisfy(\.isFinite) else {
        searches[i].value = -.infinity
        continue
      }
      let precision = precisions[searches[i].event]
      let weighted = columns.map { Self.times(precision, $0) }
      let rest = zip(u, event.center).map { $0 - $1 }
      var slope = weighted.map { $0.dot(rest) }
      var matrix = weighted.map { row in columns.map { row.dot($0) } }
      let (first, second) = priorDerivatives(x)
      for a in slope.indices {
        slope[a] -= first[a]
        for b in slope.indices { matrix[a][b] += second[a][b] }
      }
      searches[i].momenta = u
      searches[i].slope = slope
      searches[i].mode = Gaussian(mean: x, precision: matrix)
    }
  }

  private static func times(_ matrix: [Double], _ x: [Double]) -> [Double] {
    let n = x.count
    return (0..<n).map { i in (0..<n).reduce(0) { $0 + matrix[i * n + $1] * x[$1] } }
  }

  /// The slope of the prior's logarithm, and minus its second derivatives without what would widen a
  /// distribution, from differences.
  private func priorDerivatives(_ x: [Double]) -> (first: [Double], second: [[Double]]) {
    let h = 1e-3
    func at(_ moves: (Int, Double)...) -> Double {
      var moved = x
      for (i, by) in moves { moved[i] += by }
      return prior.logDensity(explosion.positions(moved))
    }
    let here = at()
    let up = x.indices.map { at(($0, h)) }, down = x.indices.map { at(($0, -h)) }
    var second = x.map { _ in [Double](repeating: 0, count: x.count) }
    for i in x.indices {
      second[i][i] = -(up[i] + down[i] - 2 * here) / (h * h)
      for j in 0..<i {
        second[i][j] = -(at((i, h), (j, h)) - up[i] - up[j] + here) / (h * h)
        second[j][i] = second[i][j]
      }
    }
    guard second.joined().allSatisfy(\.isFinite) else {
      return (x.map { _ in 0 }, x.map { _ in [Double](repeating: 0, count: x.count) })
    }
    let problem = SymmetricEigenproblem(second)
    let positive = x.indices.map { i in
      x.indices.map { j in
        zip(problem.values, problem.vectors).reduce(0) { $0 + max($1.0, 0) * $1.1[i] * $1.1[j] }
      }
    }
    return (x.indices.map { (up[$0] - down[$0]) / (2 * h) }, positive)
  }

  /// Shortens widths along which the value falls faster than that of the normal distribution: at
  /// folds, where the momenta hardly change at first, and at edges of the prior.
  private func fitWidths(_ searches: inout [Search], _ events: [MeasuredMomenta]) {
    for _ in 0..<3 {
      let n = explosion.count
      let ends = searches.flatMap { search in
        (0..<n).flatMap { k in
          [1.0, -1].map { sign in search.mode.point((0..<n).map { $0 == k ? sign : 0 }) }
        }
      }
      let owners = searches.flatMap { search in (0..<2 * n).map { _ in search } }
      let found = values(ends, of: owners, events)
      for i in searches.indices {
        for k in 0..<n {
          let at = 2 * (i * n + k)
          let fall = searches[i].value - (found[at] + found[at + 1]) / 2
          guard !(fall < 0.8) else { continue }
          searches[i].mode.widths[k] *= max(0.5, pow(0.5 / (fall.isFinite ? fall : 50), 0.25))
        }
      }
    }
  }

  /// A step to the top, or the half or the quarter of it if that leads up.
  private func step(_ searches: inout [Search], _ events: [MeasuredMomenta]) {
    var open = Array(searches.indices)
    for part in [1, 0.5, 0.25] {
      let ends = open.map { i in
        let mode = searches[i].mode
        let z = zip(mode.axes, mode.widths).map { -part * $1 * $0.dot(searches[i].slope) }
        return mode.point(z)
      }
      let found = values(ends, of: open.map { searches[$0] }, events)
      for (k, i) in open.enumerated() where found[k] >= searches[i].value {
        searches[i].mode.mean = ends[k]
        searches[i].value = found[k]
      }
      open = zip(open, found).filter { !($1 >= searches[$0].value) }.map(\.0)
    }
  }

  /// Leaves one of searches that arrived at the same place, and none that is much less probable than
  /// another of its event.
  private static func distinct(_ searches: [Search]) -> [Search] {
    var kept: [Search] = []
    for search in searches.sorted(by: { $0.logPart > $1.logPart }) {
      let others = kept.filter { $0.event == search.event }
      let isNew = others.allSatisfy { other in
        let z = other.mode.coordinates(search.mode.mean)
        return z.dot(z) > 0.1
      }
      let isProbable = others.allSatisfy { search.logPart > $0.logPart - 6 }
      if isNew, isProbable, others.count < 8 { kept.append(search) }
    }
    return kept
  }
}
