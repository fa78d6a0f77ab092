import Datasets
import Physics
import Text

/// Samples of the posteriors of noisy events, and how good they are.
struct PosteriorEvents: EventRows {
  static let columns = ["event", "sample", "weight", "ess"]
  /// Of the file with a row for each event.
  static let summaryColumns = [
    "event", "ess", "khat", "log_evidence", "geometries", "near_fold", "incomplete",
  ]

  let draws: Int
  /// Numbers of a row of positions.
  private let width: Int
  /// Whether all geometries of each draw are listed; else draws are samples of a model.
  private let lists: Bool
  private(set) var rows: [Double] = []
  private(set) var summaryRows: [Double] = []
  private var sizes: [Double] = []
  private var shapes: [Double] = []
  /// How many events have 0, 1, 2 … geometries at the most probable momenta.
  private var geometries: [Int: Int] = [:]
  private var certified = 0, nearFold = 0, incomplete = 0, excluded = 0, impossible = 0
  private var totals: TotalMomenta

  /// - Parameter jet: the deviation of the total momentum that was assumed.
  init(draws: Int, jet: Double, width: Int = 9, lists: Bool = true) {
    (self.draws, self.width, self.lists) = (draws, width, lists)
    totals = TotalMomenta(jet: jet)
  }

  /// - Parameter first: the number of events before these.
  init(_ posteriors: [Posterior], first: Int, draws: Int, jet: Double) {
    self.init(draws: draws, jet: jet)
    add(posteriors, first: first)
  }

  /// - Parameter first: the number of events before these.
  mutating func add(_ posteriors: [Posterior], first: Int) {
    for (i, posterior) in posteriors.enumerated() { add(posterior, number: Double(first + i + 1)) }
  }

  private mutating func add(_ posterior: Posterior, number: Double) {
    for (k, sample) in posterior.samples.enumerated() {
      rows += [number, Double(k + 1), sample.weight, posterior.effectiveSize] + sample.positions
    }
    if posterior.samples.isEmpty {
      rows += [number, 0, 0, 0] + [Double](repeating: .nan, count: width)
    }
    summaryRows += [
      number, posterior.effectiveSize, posterior.tailShape, posterior.logEvidence,
      Double(posterior.geometries), Double(posterior.nearFold), Double(posterior.incomplete),
    ]
    totals.add(posterior.total)
    switch posterior.status {
    case .impossible: impossible += 1
    case .excluded: excluded += 1
    case .sampled:
      sizes.append(posterior.effectiveSize)
      if posterior.tailShape.isFinite { shapes.append(posterior.tailShape) }
      geometries[posterior.geometries, default: 0] += 1
      if posterior.incomplete > 0 {
        incomplete += 1
      } else if posterior.nearFold > 0 {
        nearFold += 1
      } else {
        certified += 1
      }
    }
  }

  mutating func count(_ other: Self) {
    sizes += other.sizes
    shapes += other.shapes
    geometries.merge(other.geometries, uniquingKeysWith: +)
    certified += other.certified
    nearFold += other.nearFold
    incomplete += other.incomplete
    excluded += other.excluded
    impossible += other.impossible
    totals.add(other.totals)
  }

  private var events: Int { sizes.count + excluded + impossible }

  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  func json(seconds: Double) -> JSON {
    .members([
      "events": .integer(events), "draws": .integer(draws),
      "certified": .integer(lists ? certified : 0),
      "sampled": .integer(sizes.count),
      "near_fold": .integer(nearFold), "incomplete": .integer(incomplete),
      "impossible": .integer(impossible), "outside_family": .integer(excluded),
      "solutions": Self.json(geometries),
      "ess": .members([
        "q05": .number(Self.quantile(sizes, 0.05)), "q50": .number(Self.quantile(sizes, 0.5)),
      ]),
      "khat": .members([
        "q50": .number(Self.quantile(shapes, 0.5)), "q95": .number(Self.quantile(shapes, 0.95)),
      ]),
      "seconds": .number(seconds),
      "events_per_second": .number(Double(events) / max(seconds, 1e-9)),
    ])
  }

  func warnings(_ file: String) -> [String] { totals.warnings(file, events: events) }

  func text(about file: String, seconds: Double) -> [String] {
    var lines = [Self.headline(events, about: file, seconds: seconds)]
    if !sizes.isEmpty {
      let (median, low) = (Self.quantile(sizes, 0.5), Self.quantile(sizes, 0.05))
      lines.append(
        "effective samples of \(Numbers.grouped(draws)): median "
          + "\(Numbers.significant(median, digits: 3)), 5 % of events below "
          + Numbers.significant(low, digits: 3))
    }
    if !shapes.isEmpty {
      let heavy = shapes.count { $0 > 0.7 }
      lines.append(
        "Pareto k of the weights: median \(Numbers.fixed(Self.quantile(shapes, 0.5), digits: 2)), "
          + "5 % of events above \(Numbers.fixed(Self.quantile(shapes, 0.95), digits: 2)); "
          + "\(Numbers.count(grouped: heavy, "event")) above 0.7, where more --draws are needed")
    }
    let sampled = "sampled: geometries that the model has no samples of are missing"
    let kinds: [(Int, String)] = [
      (lists ? 0 : certified, sampled),
      (lists ? certified : 0, "certified: all draws have as many geometries as there have to be"),
      (nearFold, "near-fold: in some draws two geometries are about to merge"),
      (incomplete, "incomplete: in some draws a geometry is missing, close to a collision"),
      (excluded, "without a geometry of the family among the draws: one row each, with sample 0"),
      (impossible, "impossible: too few momenta are known, or they are those of no explosion"),
    ]
    return lines + Self.kinds(kinds)
  }
}
