import Physics
import Text

/// Rows of geometries, and how many events there were of each kind.
struct SolvedEvents: EventRows {
  static let columns = ["event", "solution", "weight", "sign", "residual", "status"]
  static let words = ["status": SolvedStatus.allCases.map(\.rawValue)]

  private(set) var rows: [Double] = []
  private var statuses = [Int](repeating: 0, count: ExactEvent.Status.allCases.count)
  /// How many events have 0, 1, 2 … geometries.
  private var solutions: [Int] = []
  /// Events with geometries none of which the family has.
  private var excluded = 0
  private var worstResidual = 0.0
  private var odd = OddGeometries()

  init() {}

  /// - Parameter first: the number of events before these.
  init(_ events: [ExactEvent], first: Int, _ prior: GeometryPrior) {
    for (i, event) in events.enumerated() {
      let status = ExactEvent.Status.allCases.firstIndex(of: event.status) ?? 0
      let weights = event.weights(prior)
      let number = Double(first + i + 1)
      for (k, geometry) in event.geometries.enumerated() {
        rows += [number, Double(k + 1), weights[k], Double(geometry.sign), geometry.residual]
        rows.append(Double(status))
        rows += geometry.positions
        worstResidual = max(worstResidual, geometry.residual)
      }
      if event.geometries.isEmpty {
        rows += [number, 0, 0, 0, .nan, Double(status)] + [Double](repeating: .nan, count: 9)
      } else if !weights.contains(where: { $0 > 0 }) {
        excluded += 1
      }
      odd.add(event.geometries.map(\.positions))
      statuses[status] += 1
      add(1, with: event.geometries.count)
    }
  }

  private mutating func add(_ events: Int, with geometries: Int) {
    while solutions.count <= geometries { solutions.append(0) }
    solutions[geometries] += events
  }

  mutating func count(_ other: SolvedEvents) {
    for i in statuses.indices { statuses[i] += other.statuses[i] }
    for (geometries, events) in other.solutions.enumerated() { add(events, with: geometries) }
    excluded += other.excluded
    odd.add(other.odd)
    worstResidual = max(worstResidual, other.worstResidual)
  }

  private var events: Int { statuses.reduce(0, +) }

  private subscript(_ status: ExactEvent.Status) -> Int {
    statuses[ExactEvent.Status.allCases.firstIndex(of: status) ?? 0]
  }

  func json(seconds: Double) -> JSON {
    .members([
      "events": .integer(events), "certified": .integer(self[.certified]),
      "near_fold": .integer(self[.nearFold]), "incomplete": .integer(self[.incomplete]),
      "impossible": .integer(self[.impossible]), "outside_family": .integer(excluded),
      "solutions": .array(solutions.map { .integer($0) }),
      "worst_residual": .number(worstResidual), "seconds": .number(seconds),
      "events_per_second": .number(Double(events) / max(seconds, 1e-9)),
    ])
  }

  func warnings(_ file: String) -> [String] { odd.warnings(file, events: events) }

  func text(about file: String, seconds: Double) -> [String] {
    var lines = [Self.headline(events, about: file, seconds: seconds)]
    lines.append(Self.perEvent(solutions))
    let kinds: [(ExactEvent.Status, String)] = [
      (.certified, "certified: as many geometries as there have to be, counted with their signs"),
      (.nearFold, "near-fold: two geometries are about to merge; their weights are uncertain"),
      (.incomplete, "incomplete: a geometry is missing, close to a collision of two atoms"),
      (.impossible, "impossible: momenta that do not differ, or are too large to compute with"),
    ]
    lines += Self.kinds(
      kinds.map { (self[$0], $1) } + [
        (excluded, "without a geometry that the family has: weights 0")
      ])
    lines.append("largest residual: \(Numbers.significant(worstResidual, digits: 2))")
    return lines
  }
}
