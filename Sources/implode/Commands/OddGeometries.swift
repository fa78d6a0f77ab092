import Physics
import Text

/// Events whose geometries are all smaller or larger than molecules: their momenta may be in another
/// unit.
struct OddGeometries: Sendable {
  private var events = 0
  /// The shortest distance in the first.
  private var distance = 0.0

  /// The shortest distances that the geometries of an event may have, in bohr.
  private static let usual = 0.1...30

  /// The geometries of one event.
  mutating func add(_ geometries: [[Double]]) {
    let shortest = geometries.map(Self.shortestDistance)
    guard let first = shortest.first, !shortest.contains(where: Self.usual.contains) else { return }
    if events == 0 { distance = first }
    events += 1
  }

  /// Those of later events.
  mutating func add(_ other: OddGeometries) {
    if events == 0 { distance = other.distance }
    events += other.events
  }

  private static func shortestDistance(_ x: [Double]) -> Double {
    let places = stride(from: 0, to: x.count, by: 3).map { SIMD3(x[$0], x[$0 + 1], x[$0 + 2]) }
    var shortest = Double.infinity
    for i in places.indices {
      for j in 0..<i { shortest = min(shortest, (places[i] - places[j]).length) }
    }
    return shortest
  }

  /// What is odd about the momenta of a file.
  func warnings(_ file: String, events all: Int) -> [String] {
    guard events > 0 else { return [] }
    return [
      "\(file): \(Numbers.grouped(events)) of \(Numbers.count(grouped: all, "event")) with "
        + "geometries that are no molecules: the first has a distance of "
        + "\(Numbers.significant(distance, digits: 2)) bohr; are the momenta in atomic units? "
        + "--units names others"
    ]
  }
}
