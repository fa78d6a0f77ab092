import Glibc
import Physics
import Randomness
import Testing
import Text

/// Geometries that starts lead to, and how many are missed.
@Suite struct SearchTests {
  /// Starts of the random family, the same number for each event.
  private static func starts(_ events: Int, _ count: Int) throws -> [Double] {
    try positions(.random(RandomFamily()), rows: events * count, seed: 11)
  }

  @Test(
    "of three atoms every geometry is one of the exact list, with its weight, and most are found")
  func exact() throws {
    let family = GeometryFamily.random(RandomFamily())
    let (events, count) = (25, 40)
    let momenta = RefinementTests.momenta(
      .carbonylSulfide, try positions(family, rows: events, seed: 3))
    let prior = try GeometryPrior(family, of: .carbonylSulfide)
    let found = GeometrySearch(.carbonylSulfide).search(
      momenta, from: try Self.starts(events, count), threads: 2)
    var (listed, reached, weight) = (0, 0, 0.0)
    for (event, own) in zip(ExactTests.solver.solve(momenta), found) {
      #expect(own.starts.count == count && own.places.count == count)
      let weights = event.weights(prior)
      let partners = own.geometries.map { geometry in
        event.geometries.firstIndex {
          worstError(geometry.positions, $0.positions) < 1e-7 / max($0.condition, 1e-4)
        }
      }
      #expect(!partners.contains(nil))
      #expect(Set(partners).count == partners.count, "no geometry is there twice")
      listed += event.geometries.count
      reached += partners.count
      let known = partners.compactMap(\.self)
      let sum = known.reduce(0) { $0 + weights[$1] }
      weight += sum
      for (own, place) in zip(own.weights(prior), known) where sum > 0 {
        #expect(abs(own - weights[place] / sum) < 1e-5)
      }
      #expect(own.status == .found)
    }
    #expect(Double(reached) > 0.9 * Double(listed), "\(reached) of \(listed)")
    #expect(weight > 0.97 * Double(events), "\(weight)")
  }

  @Test("beside a fold both geometries are kept apart; starts at one are one")
  func fold() throws {
    // The fold of this molecule is at 161.6°, as `ExactTests` finds.
    let (near, far) = (bent(angle: 161.55), bent(angle: 161.7))
    let momenta = RefinementTests.momenta(.carbonylSulfide, near)
    let other = ExactTests.solver.solve(momenta)[0].geometries
    let starts = other.flatMap { $0.positions + $0.positions.map { 1.0001 * $0 } } + near + far
    let event = GeometrySearch(.carbonylSulfide).search(momenta, from: starts)[0]
    #expect(event.geometries.count == other.count)
    #expect(Set(event.places.prefix(2 * other.count)).count == other.count)
    for k in other.indices { #expect(event.places[2 * k] == event.places[2 * k + 1]) }
  }

  @Test("events without a geometry, or without an explosion, say so")
  func nothing() throws {
    let truth = try positions(.random(RandomFamily()), rows: 1)
    let momenta = RefinementTests.momenta(.carbonylSulfide, truth)
    let zeros = [Double](repeating: 0, count: 9)
    let found = GeometrySearch(.carbonylSulfide).search(
      momenta + zeros + momenta, from: zeros + truth + truth)
    #expect(found.map(\.status) == [.unreached, .impossible, .found])
    #expect(found[0].geometries.isEmpty && found[1].geometries.isEmpty)
    #expect(found[0].weights(.flat(.carbonylSulfide)).isEmpty)
    #expect(GeometrySearch(.carbonylSulfide).search([], from: []).isEmpty)
  }

  @Test("two halves that are independent estimate what both missed")
  func recapture() {
    var known = Recapture()
    (known.first, known.second, known.both) = (9, 19, 4)
    #expect(known.found == 24)
    #expect(abs(known.missed - (10.0 * 20 / 5 - 1 - 24)) < 1e-12)
    #expect(abs(known.error * known.error - 10.0 * 20 * 5 * 15 / (25 * 6)) < 1e-9)
    // 500 geometries, each found by a half with probability 0.6: 80 are missed.
    var (missed, truth) = ([Double](), [Double]())
    for trial in 0..<200 {
      var random = RowRandom(seed: 8, stream: .geometry, row: trial)
      var counts = Recapture()
      var none = 0.0
      for _ in 0..<500 {
        let (first, second) = (random.uniform() < 0.6, random.uniform() < 0.6)
        counts.first += first ? 1 : 0
        counts.second += second ? 1 : 0
        counts.both += first && second ? 1 : 0
        none += first || second ? 0 : 1
      }
      missed.append(counts.missed)
      truth.append(none)
    }
    let errors = zip(missed, truth).map { $0 - $1 }
    #expect(abs(mean(errors)) < 4 * deviation(errors) / 200.0.squareRoot())
    #expect(abs(mean(truth) - 80) < 3)
  }
}
