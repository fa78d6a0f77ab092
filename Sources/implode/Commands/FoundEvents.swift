import Physics
import Text

/// Rows of geometries that starts led to, and how many events there were of each kind.
struct FoundEvents: EventRows {
  static let columns = SolvedEvents.columns
  static let words = SolvedEvents.words

  private(set) var rows: [Double] = []
  private var statuses: [FoundEvent.Status: Int] = [:]
  /// How many events have 0, 1, 2 … geometries.
  private var solutions: [Int] = []
  /// Events with geometries none of which the family has.
  private var excluded = 0
  private var worstResidual = 0.0
  private var recapture = Recapture()
  /// For each event.
  private var starts = 0
  private var arrived = 0
  private var odd = OddGeometries()

  /// None yet.
  ///
  /// - Parameter starts: For each event.
  init(starts: Int) { self.starts = starts }

  /// - Parameter first: the number of events before these.
  init(_ events: [FoundEvent], first: Int, _ prior: GeometryPrior) {
    recapture = Recapture(events)
    for (i, event) in events.enumerated() { add(event, number: first + i + 1, prior) }
  }

  private mutating func add(_ event: FoundEvent, number: Int, _ prior: GeometryPrior) {
    let status = Self.word(event.status).number
    let weights = event.weights(prior)
    // The most probable first; of equals the one that was found first.
    let order = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
    for (k, place) in order.enumerated() {
      let geometry = event.geometries[place]
      rows += [Double(number), Double(k + 1), weights[place]]
      rows += [Double(geometry.determinant.sign), geometry.residual, status]
      rows += geometry.positions
      worstResidual = max(worstResidual, geometry.residual)
    }
    if order.isEmpty {
      rows += [Double(number), 0, 0, 0, .nan, status]
      rows += [Double](repeating: .nan, count: event.starts.first?.positions.count ?? 0)
    } else if !weights.contains(where: { $0 > 0 }) {
      excluded += 1
    }
    odd.add(event.geometries.map(\.positions))
    statuses[event.status, default: 0] += 1
    arrived += event.starts.count { $0.outcome == .arrived }
    count(1, with: event.geometries.count)
  }

  private static func word(_ status: FoundEvent.Status) -> SolvedStatus {
    switch status {
    case .found: .found
    case .nearFold: .nearFold
    case .unreached: .unreached
    case .impossible: .impossible
    }
  }

  private mutating func count(_ events: Int, with geometries: Int) {
    while solutions.count <= geometries { solutions.append(0) }
    solutions[geometries] += events
  }

  /// Adds the counts of others, without their rows.
  mutating func count(_ other: FoundEvents) {
    statuses.merge(other.statuses, uniquingKeysWith: +)
    for (geometries, events) in other.solutions.enumerated() { count(events, with: geometries) }
    excluded += other.excluded
    worstResidual = max(worstResidual, other.worstResidual)
    recapture = recapture + other.recapture
    arrived += other.arrived
    odd.add(other.odd)
  }

  private var events: Int { statuses.values.reduce(0, +) }

  private subscript(_ status: FoundEvent.Status) -> Int { statuses[status] ?? 0 }

  /// Of all starts.
  private var arrivedShare: Double { Double(arrived) / Double(max(1, starts * events)) }

  func warnings(_ file: String) -> [String] { odd.warnings(file, events: events) }

  func json(seconds: Double) -> JSON {
    .members([
      "events": .integer(events), "certified": .integer(0), "found": .integer(self[.found]),
      "near_fold": .integer(self[.nearFold]), "unreached": .integer(self[.unreached]),
      "impossible": .integer(self[.impossible]), "outside_family": .integer(excluded),
      "solutions": .array(solutions.map { .integer($0) }), "starts": .integer(starts),
      "arrived": .number(arrivedShare),
      "recapture": .members([
        "first": .integer(recapture.first), "second": .integer(recapture.second),
        "both": .integer(recapture.both), "missed": .number(recapture.missed),
        "missed_error": .number(recapture.error),
      ]),
      "worst_residual": .number(worstResidual), "seconds": .number(seconds),
      "events_per_second": .number(Double(events) / max(seconds, 1e-9)),
    ])
  }

  func text(about file: String, seconds: Double) -> [String] {
    var lines = [Self.headline(events, about: file, seconds: seconds)]
    lines.append(Self.perEvent(solutions))
    let kinds: [(FoundEvent.Status, String)] = [
      (.found, "found: from \(Numbers.count(grouped: starts, "start")); there may be others"),
      (.nearFold, "near-fold: two geometries are about to merge; their weights are uncertain"),
      (.unreached, "unreached: no start led to a geometry"),
      (.impossible, "impossible: momenta that do not differ, or are too large to compute with"),
    ]
    lines += Self.kinds(
      kinds.map { (self[$0], $1) } + [
        (excluded, "without a geometry that the family has: weights 0")
      ])
    lines.append("starts that arrived at a geometry: \(Numbers.percent(arrivedShare))")
    if starts > 1 { lines.append(recaptured) }
    lines.append("largest residual: \(Numbers.significant(worstResidual, digits: 2))")
    return lines
  }

  private var recaptured: String {
    "found by either half of the starts: \(Numbers.grouped(recapture.found)), by both: "
      + "\(Numbers.grouped(recapture.both)); missed by both, if all were as easy to find: "
      + "\(Numbers.significant(recapture.missed, digits: 2)) ± "
      + "\(Numbers.significant(recapture.error, digits: 2)), else more"
  }
}
