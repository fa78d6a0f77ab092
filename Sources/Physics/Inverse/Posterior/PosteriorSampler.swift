import Glibc
import Randomness

/// Draws geometries of three atoms from the posterior p(x | p) ∝ prior(x) · N(p; p(x), Σ) of momenta
/// that were measured with noise.
///
/// Momenta p′ are drawn near the measured ones, from `Proposals`; all geometries xₖ of each are
/// listed; each is worth N(p; p′, Σ) · prior(xₖ)/|det ∂p/∂x| over the density with which p′ is drawn.
/// Because the list is complete, no part of the posterior is left out, whatever the proposals are:
/// they only decide how much the weights differ.
package struct PosteriorSampler: Sendable {
  private let solver: ExactSolver
  private let prior: GeometryPrior
  private let noise: MomentumNoise
  private let draws: Int
  private let seed: UInt64
  private let explosion: RelativeExplosion
  private let masses: [Double]
  private let logVolume: Double

  /// - Parameter draws: Samples of each event.
  package init(
    _ solver: ExactSolver, _ prior: GeometryPrior, _ noise: MomentumNoise, draws: Int, seed: UInt64
  ) {
    (self.solver, self.prior, self.noise) = (solver, prior, noise)
    (self.draws, self.seed) = (draws, seed)
    explosion = RelativeExplosion(solver.table.molecule)
    masses = solver.table.molecule.masses
    logVolume = prior.logVolume
  }

  /// An event under way.
  private struct Event {
    /// Its place among the rows, and its number in the file.
    let row: Int, number: Int
    let measured: MeasuredMomenta
    /// The likelihood of the most probable momenta, to which others are related.
    let top: Double
    var proposals: Proposals
    var geometries = 0
  }

  /// Draws that look for geometries where the most probable momenta have none of the family.
  private static let attempts = [6, 64, 512]
  /// Draws that tell how large the shares of proposals should be.
  private static let pilots = 48

  /// The posteriors of rows of nine momenta, nan for those that were not measured.
  ///
  /// - Parameter first: the number of the first in its file: draws depend on it.
  package func sample(_ momenta: [Double], first: Int) -> [Posterior] {
    precondition(momenta.count % 9 == 0, "\(momenta.count) momenta")
    var result = [Posterior](
      repeating: .without(.impossible), count: momenta.count / 9)
    var events = result.indices.compactMap { row -> Event? in
      let p = Array(momenta[9 * row..<9 * row + 9])
      guard let measured = MeasuredMomenta(p, noise, masses: masses),
        let proposals = Proposals(measured)
      else { return nil }
      return Event(
        row: row, number: first + row, measured: measured,
        top: measured.logLikelihood(measured.center), proposals: proposals)
    }
    findModes(&events)
    for (i, pilot) in draw(Self.pilots, of: events, stage: 3).enumerated()
    where !events[i].proposals.modes.isEmpty {
      events[i].proposals.share = pilot.bestShare(used: events[i].proposals.share)
    }
    for (event, found) in zip(events, draw(draws, of: events, stage: 4)) {
      result[event.row] = posterior(of: event, found)
    }
    return result
  }

  /// Geometries of the most probable momenta and of some around them are where the searches for
  /// modes start.
  private func findModes(_ events: inout [Event]) {
    var starts: [(event: Int, x: [Double])] = []
    var open = Array(events.indices)
    for (stage, count) in Self.attempts.enumerated() {
      let drawn = open.map { i in
        (0..<count).map { k in
          stage == 0 && k == 0
            ? events[i].measured.center
            : momenta(of: events[i], draw: k, stage: UInt32(stage))
        }
      }
      let solved = solver.solve(drawn.joined().flatMap(MeasuredMomenta.momenta))
      var without: [Int] = []
      for (k, i) in open.enumerated() {
        let lists = solved[k * count..<(k + 1) * count].map(\.geometries)
        if stage == 0 { events[i].geometries = lists[0].count }
        let found = distinctStarts(lists)
        starts += found.map { (event: i, x: $0) }
        if found.isEmpty { without.append(i) }
      }
      open = without
    }
    let searches = ModeSearch(explosion: explosion, prior: prior)(starts, events.map(\.measured))
    for i in events.indices {
      events[i].proposals.take(
        searches.filter { $0.event == i }.map { (mode: $0.mode, logPart: $0.logPart) })
    }
  }

  private func momenta(of event: Event, draw k: Int, stage: UInt32) -> [Double] {
    var random = RowRandom(
      seed: seed, stream: .posterior, row: event.number, attempt: stage << 16 | UInt32(k))
    let z = event.measured.center.map { _ in random.normal() }
    return zip(event.measured.center, event.proposals.root.times(z)).map { $0 + $1 }
  }

  /// Geometries that the prior allows: all of the first list, and those of others that are far from
  /// the ones before.
  private func distinctStarts(_ lists: [[ExactGeometry]]) -> [[Double]] {
    var starts: [[Double]] = []
    for (k, geometries) in lists.enumerated() {
      for geometry in geometries where prior.density(geometry.positions) > 0 {
        let x = explosion.point(of: geometry.positions)
        let size = x.reduce(0) { $0 + $1 * $1 }
        let isNear = starts.contains { other in
          zip(x, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } < 0.02 * size
        }
        if k == 0 || !isNear { starts.append(x) }
        if starts.count == 16 { return starts }
      }
    }
    return starts
  }

  /// Draws from the proposals of each event, with their geometries.
  private func draw(_ count: Int, of events: [Event], stage: UInt32) -> [WeightedDraws] {
    var momenta: [[Double]] = [], places: [Int] = [], geometries: [[Double]] = []
    for event in events {
      var random = RowRandom(
        seed: seed, stream: .posterior, row: event.number, attempt: stage << 16)
      let offset = random.uniform()
      for k in 0..<count {
        // Multiples of the golden ratio: proposals have their shares in any run of draws.
        let place = (offset + Double(k) * 0.6180339887498949)
          .truncatingRemainder(dividingBy: 1)
        switch event.proposals.draw(place, &random) {
        case .momenta(let u): momenta.append(u)
        case .geometry(let x):
          places.append(momenta.count)
          geometries.append(x)
          momenta.append([])
        }
      }
    }
    for (place, u) in zip(places, explosion.momenta(geometries)) { momenta[place] = u }
    let solved = solver.solve(momenta.flatMap(MeasuredMomenta.momenta))
    return events.indices.map { i in
      weighted(
        events[i], Array(momenta[i * count..<(i + 1) * count]),
        Array(solved[i * count..<(i + 1) * count]))
    }
  }

  private func weighted(_ event: Event, _ momenta: [[Double]], _ solved: [ExactEvent])
    -> WeightedDraws
  {
    var result = WeightedDraws()
    for (u, list) in zip(momenta, solved) {
      let isFinite = u.allSatisfy(\.isFinite)
      let likelihood = isFinite ? exp(event.measured.logLikelihood(u) - event.top) : 0
      result.ofMomenta.append(isFinite ? event.proposals.ofMomenta(u) : 0)
      result.branches.append(
        list.geometries.map { geometry in
          WeightedDraws.Branch(
            positions: geometry.positions,
            mass: likelihood * prior.density(geometry.positions) / geometry.determinant,
            proposed: event.proposals.ofGeometry(explosion.point(of: geometry.positions))
              / geometry.determinant)
        })
      if list.status == .nearFold { result.nearFold += 1 }
      if list.status == .incomplete { result.incomplete += 1 }
    }
    return result
  }

  /// One geometry of each draw, chosen by their masses.
  private func posterior(of event: Event, _ drawn: WeightedDraws) -> Posterior {
    let weights = drawn.weights(share: event.proposals.share)
    let sum = weights.reduce(0, +), squares = weights.reduce(0) { $0 + $1 * $1 }
    guard sum > 0, sum < .infinity else { return .without(.excluded, event.measured.total) }
    var random = RowRandom(
      seed: seed, stream: .posterior, row: event.number, attempt: 5 << 16)
    let chosen = drawn.branches.map { Self.chosen(of: $0, random.uniform()) }
    // A draw without a geometry of the family has no weight; any other stands in its place.
    let other = zip(chosen, weights).first { $1 > 0 }?.0?.positions ?? []
    let samples = zip(chosen, weights).map { branch, weight in
      Posterior.Sample(
        positions: weight > 0 ? branch?.positions ?? other : other, weight: weight / sum)
    }
    return Posterior(
      status: .sampled, samples: samples, effectiveSize: sum * sum / squares,
      tailShape: ParetoTail.shape(weights),
      logEvidence: event.top + log(sum / Double(weights.count)) - logVolume,
      geometries: event.geometries, nearFold: drawn.nearFold, incomplete: drawn.incomplete,
      total: event.measured.total)
  }

  /// One of the geometries of a draw, by their masses.
  private static func chosen(
    of branches: [WeightedDraws.Branch], _ place: Double
  ) -> WeightedDraws.Branch? {
    var rest = place * branches.reduce(0) { $0 + $1.mass }
    return branches.first { branch in
      rest -= branch.mass
      return rest < 0
    } ?? branches.last { $0.mass > 0 }
  }
}
