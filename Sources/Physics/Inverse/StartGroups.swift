/// The starts of an event by the geometries at which they ended.
struct StartGroups {
  let starts: [RefinedStart]
  /// The first start at each geometry.
  private(set) var geometries: [RefinedStart] = []
  /// How many starts of the first half and of the second ended at each.
  private(set) var arrivals: [(first: Int, second: Int)] = []
  /// Where each start ended.
  private(set) var places: [Int?] = []

  init(_ starts: [RefinedStart], _ coordinates: RelativeCoordinates) {
    self.starts = starts
    let relative = { (start: RefinedStart) in coordinates.relative(positions: start.positions) }
    var known: [[Double]] = []
    for (number, start) in starts.enumerated() {
      guard start.outcome == .arrived else {
        places.append(nil)
        continue
      }
      let y = relative(start)
      let place =
        geometries.indices.first { Self.areSame(start, y, geometries[$0], known[$0]) }
        ?? geometries.count
      if place == geometries.count {
        geometries.append(start)
        arrivals.append((0, 0))
        known.append(y)
      }
      if 2 * number < starts.count {
        arrivals[place].first += 1
      } else {
        arrivals[place].second += 1
      }
      places.append(place)
    }
  }

  /// Whether two ends are one geometry: no farther apart, relative to their size, than their
  /// residuals permit. At a fold these permit more.
  private static func areSame(
    _ a: RefinedStart, _ y: [Double], _ b: RefinedStart, _ z: [Double]
  ) -> Bool {
    var (apart, size) = (0.0, 0.0)
    for (y, z) in zip(y, z) {
      apart += (y - z) * (y - z)
      size += z * z
    }
    let residual = a.residual + b.residual + 1e-13
    let permitted = min(1e-5, 10 * residual / max(1e-300, min(a.condition, b.condition)))
    return (apart / size).squareRoot() <= permitted
  }
}
