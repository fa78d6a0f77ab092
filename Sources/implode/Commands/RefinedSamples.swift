import Glibc
import Physics
import Text

/// Rows of samples that were moved to exact geometries, and how far that was.
struct RefinedSamples: Sendable {
  private(set) var rows: [Double] = []
  private var samples = 0
  private var moved = 0
  /// Samples by the decimal logarithm of the distance, in steps: memory does not grow with rows.
  private var distances = [Int](repeating: 0, count: Self.bins)

  /// From 10⁻¹² bohr on, steps of 1 %.
  private static let (least, step, bins) = (-12.0, 0.0043, 5000)

  init() {}

  /// - Parameter predicted: All samples of the events, positions and other columns.
  init(_ events: [FoundEvent], predicted: ArraySlice<Double>, _ prior: GeometryPrior) {
    var next = predicted.startIndex
    let columns = predicted.count / max(1, events.reduce(0) { $0 + $1.starts.count })
    for event in events {
      let weights = Self.weights(of: event, prior)
      for (sample, place) in event.places.enumerated() {
        let positions = place.map { _ in event.starts[sample].positions }
        let width = event.starts[sample].positions.count
        rows += positions ?? Array(predicted[next..<next + width])
        rows += predicted[next + width..<next + columns]
        rows.append(weights[sample])
        add(event.starts[sample], isMoved: place != nil)
        next += columns
      }
    }
  }

  /// The weight of a geometry is shared by the samples that came to it. Where none came to any, all
  /// count alike.
  private static func weights(of event: FoundEvent, _ prior: GeometryPrior) -> [Double] {
    let count = event.places.count
    if event.geometries.isEmpty { return [Double](repeating: 1 / Double(count), count: count) }
    let weights = zip(event.weights(prior), event.geometries).map { weight, geometry in
      weight / Double(geometry.arrivals.first + geometry.arrivals.second)
    }
    return event.places.map { $0.map { weights[$0] } ?? 0 }
  }

  private mutating func add(_ start: RefinedStart, isMoved: Bool) {
    rows += isMoved ? [start.moved, start.residual, 1] : [0, start.firstResidual, 0]
    samples += 1
    guard isMoved else { return }
    moved += 1
    let place = (log10(max(start.moved, 1e-300)) - Self.least) / Self.step
    distances[max(0, min(Self.bins - 1, Int(place)))] += 1
  }

  /// Adds the counts of others, without their rows.
  mutating func count(_ other: RefinedSamples) {
    samples += other.samples
    moved += other.moved
    for i in distances.indices { distances[i] += other.distances[i] }
  }

  /// The distance below which a share of the samples moved, bohr, to 1 %.
  private func quantile(_ share: Double) -> Double {
    var before = 0
    for (i, count) in distances.enumerated() {
      before += count
      if Double(before) >= share * Double(moved) {
        return pow(10, Self.least + Self.step * (Double(i) + 0.5))
      }
    }
    return 0
  }

  /// A line on how many moved how far, and one on those that did not.
  var text: [String] {
    let far = [0.5, 0.95].map { Numbers.significant(quantile($0), digits: 2) }
    var lines = [
      "moved to an exact geometry: \(Numbers.grouped(moved)) of "
        + Numbers.count(grouped: samples, "sample")
        + (moved > 0 ? ", by \(far[0]) bohr (median), \(far[1]) bohr (95 %)" : "")
    ]
    if moved < samples {
      lines.append(
        "as drawn, because no exact geometry was reached: \(Numbers.grouped(samples - moved))")
    }
    return lines
  }
}
