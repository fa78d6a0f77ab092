import Physics
import Text

/// Rows of geometries, all that there are or those that starts led to, and how many events there were
/// of each kind.
struct SolvedEvents: EventRows {
  static let columns = ["event", "solution", "weight", "sign", "residual", "status"]
  static let words = ["status": EventStatus.allCases.map(\.rawValue)]

  private(set) var rows: [Double] = []
  private var statuses: [EventStatus: Int] = [:]
  /// How many events have 0, 1, 2 … geometries.
  private var solutions: [Int: Int] = [:]
  /// Events with geometries none of which the family has.
  private var excluded = 0
  private var worstResidual = 0.0
  private var odd = OddGeometries()
  /// Nil where all geometries are listed.
  private var search: Search?

  private struct Search {
    /// For each event.
    var starts = 0
    var arrived = 0
    var recapture = Recapture()
  }

  /// None yet.
  ///
  /// - Parameter starts: for each event, if it is a search.
  init(starts: Int? = nil) { search = starts.map { Search(starts: $0) } }

  /// - Parameter first: the number of events before these.
  init(_ events: [ExactEvent], first: Int, _ prior: GeometryPrior) {
    for (i, event) in events.enumerated() {
      let geometries = zip(event.weights(prior), event.geometries).map { weight, geometry in
        Geometry(
          weight: weight, sign: geometry.sign, residual: geometry.residual,
          positions: geometry.positions)
      }
      add(geometries, event.status, number: first + i + 1, width: 9)
      odd.add(event.geometries.map(\.positions))
    }
  }

  /// - Parameter first: the number of events before these.
  init(_ events: [FoundEvent], first: Int, _ prior: GeometryPrior) {
    search = Search(
      arrived: events.reduce(0) { $0 + $1.starts.count { $0.outcome == .arrived } },
      recapture: Recapture(events))
    for (i, event) in events.enumerated() {
      let geometries = zip(event.weights(prior), event.geometries).map { weight, geometry in
        Geometry(
          weight: weight, sign: geometry.determinant.sign, residual: geometry.residual,
          positions: geometry.positions)
      }
      // The most probable first; of equals the one that was found first.
      let order = geometries.indices.sorted {
        (-geometries[$0].weight, $0) < (-geometries[$1].weight, $1)
      }
      add(
        order.map { geometries[$0] }, event.status, number: first + i + 1,
        width: event.starts.first?.positions.count ?? 0)
      odd.add(event.geometries.map(\.positions))
    }
  }

  private struct Geometry {
    let weight: Double
    let sign: Int
    let residual: Double
    let positions: [Double]
  }

  /// - Parameter width: of positions, of which there may be none.
  private mutating func add(
    _ geometries: [Geometry], _ status: EventStatus, number: Int, width: Int
  ) {
    for (k, geometry) in geometries.enumerated() {
      rows += [Double(number), Double(k + 1), geometry.weight]
      rows += [Double(geometry.sign), geometry.residual, status.number]
      rows += geometry.positions
      worstResidual = max(worstResidual, geometry.residual)
    }
    if geometries.isEmpty {
      rows += [Double(number), 0, 0, 0, .nan, status.number]
      rows += [Double](repeating: .nan, count: width)
    } else if !geometries.contains(where: { $0.weight > 0 }) {
      excluded += 1
    }
    statuses[status, default: 0] += 1
    solutions[geometries.count, default: 0] += 1
  }

  mutating func count(_ other: SolvedEvents) {
    statuses.merge(other.statuses, uniquingKeysWith: +)
    solutions.merge(other.solutions, uniquingKeysWith: +)
    excluded += other.excluded
    worstResidual = max(worstResidual, other.worstResidual)
    odd.add(other.odd)
    guard var search, let others = other.search else { return }
    search.arrived += others.arrived
    search.recapture = search.recapture + others.recapture
    self.search = search
  }

  private var events: Int { statuses.values.reduce(0, +) }

  func warnings(_ file: String) -> [String] { odd.warnings(file, events: events) }
}

extension SolvedEvents {
  /// The statuses that events can have, and what each says of the geometries.
  private var kinds: [(status: EventStatus, what: String)] {
    let both: (nearFold: (EventStatus, String), impossible: (EventStatus, String)) = (
      (.nearFold, "near-fold: two geometries are about to merge; their weights are uncertain"),
      (.impossible, "impossible: momenta that do not differ, or are too large to compute with")
    )
    guard let search else {
      return [
        (.certified, "certified: as many geometries as there have to be, counted with their signs"),
        both.nearFold,
        (.incomplete, "incomplete: a geometry is missing, close to a collision of two atoms"),
        both.impossible,
      ]
    }
    let starts = Numbers.count(grouped: search.starts, "start")
    return [
      (.found, "found: from \(starts); there may be others"), both.nearFold,
      (.unreached, "unreached: no start led to a geometry"), both.impossible,
    ]
  }

  /// Of all starts.
  private func arrivedShare(_ search: Search) -> Double {
    Double(search.arrived) / Double(max(1, search.starts * events))
  }

  func json(seconds: Double) -> JSON {
    var json = JSON.members(["events": .integer(events)])
    if search != nil { json = json.adding("certified", .integer(0)) }
    for (status, _) in kinds {
      let key = status.rawValue.replacing("-", with: "_")
      json = json.adding(key, .integer(statuses[status] ?? 0))
    }
    json = json.adding("outside_family", .integer(excluded))
      .adding("solutions", Self.json(solutions))
    if let search {
      let recapture = search.recapture
      json = json.adding("starts", .integer(search.starts))
        .adding("arrived", .number(arrivedShare(search)))
        .adding(
          "recapture",
          .members([
            "first": .integer(recapture.first), "second": .integer(recapture.second),
            "both": .integer(recapture.both), "missed": .number(recapture.missed),
            "missed_error": .number(recapture.error),
          ]))
    }
    return json.adding("worst_residual", .number(worstResidual))
      .adding("seconds", .number(seconds))
      .adding("events_per_second", .number(Double(events) / max(seconds, 1e-9)))
  }

  func text(about file: String, seconds: Double) -> [String] {
    var lines = [Self.headline(events, about: file, seconds: seconds)]
    lines.append(Self.perEvent(solutions))
    lines += Self.kinds(
      kinds.map { (statuses[$0.status] ?? 0, $0.what) } + [
        (excluded, "without a geometry that the family has: weights 0")
      ])
    if let search {
      let share = Numbers.percent(arrivedShare(search))
      lines.append("starts that arrived at a geometry: \(share)")
      if search.starts > 1 { lines.append(Self.text(search.recapture)) }
    }
    lines.append("largest residual: \(Numbers.significant(worstResidual, digits: 2))")
    return lines
  }

  private static func text(_ recapture: Recapture) -> String {
    "found by either half of the starts: \(Numbers.grouped(recapture.found)), by both: "
      + "\(Numbers.grouped(recapture.both)); missed by both, if all were as easy to find: "
      + "\(Numbers.significant(recapture.missed, digits: 2)) ± "
      + "\(Numbers.significant(recapture.error, digits: 2)), else more"
  }
}
