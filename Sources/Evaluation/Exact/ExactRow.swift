package import Physics

/// Every exact geometry of one event, and which of them the samples of a model are near.
package struct ExactRow: Sendable {
  /// Its place among the rows of the samples.
  package let row: Int
  /// x, y, z of each atom, bohr, about the center of mass; at least one.
  package let geometries: [[Double]]
  package let status: EventStatus
  /// How probable each geometry is; all 0 where the family excludes every one, and empty without a
  /// prior.
  package let weights: [Double]
  /// The geometry of the true positions; nil where none is close to them.
  package let truth: Int?
  /// Of each sample the nearest geometry, and the distance from it in bohr.
  package let nearest: [Int]
  package let distances: [Double]

  /// Up to this distance, in bohr, a geometry is that of the true positions: momenta in single
  /// precision move it by far less, but at folds.
  static let truthDistance = 0.01
  /// Beyond this distance, in bohr, a sample is none of the nearest geometry.
  package static let sampleDistance = 0.5

  /// nil where there is no geometry, or a sample that is not finite.
  init?(_ event: ExactEvent, of posterior: PosteriorSamples, row: Int, prior: GeometryPrior?) {
    guard !event.geometries.isEmpty else { return nil }
    let (width, samples) = (posterior.molecule.width, posterior.samples)
    let geometries = event.geometries.map(\.positions)
    var nearest: [(geometry: Int, distance: Double)] = []
    for sample in row * samples..<(row + 1) * samples {
      let found = Self.nearest(
        to: posterior.values[sample * width..<(sample + 1) * width], of: geometries)
      guard found.distance.isFinite else { return nil }
      nearest.append(found)
    }
    let truth = Self.nearest(
      to: posterior.truth[row * width..<(row + 1) * width], of: geometries)
    self.init(
      row: row, geometries: geometries, status: event.status,
      weights: prior.map { event.weights($0) } ?? [],
      truth: truth.distance <= Self.truthDistance ? truth.geometry : nil,
      nearest: nearest.map(\.geometry), distances: nearest.map(\.distance))
  }

  package init(
    row: Int, geometries: [[Double]], status: EventStatus = .certified, weights: [Double],
    truth: Int?, nearest: [Int], distances: [Double]
  ) {
    precondition(!geometries.isEmpty && nearest.count == distances.count)
    precondition(weights.isEmpty || weights.count == geometries.count)
    (self.row, self.geometries, self.status) = (row, geometries, status)
    (self.weights, self.truth) = (weights, truth)
    (self.nearest, self.distances) = (nearest, distances)
  }

  /// ‖x − geometry‖ over all coordinates, of the nearest one.
  static func nearest(
    to x: ArraySlice<Float>, of geometries: [[Double]]
  ) -> (geometry: Int, distance: Double) {
    var best = (geometry: 0, distance: Double.infinity)
    for (k, geometry) in geometries.enumerated() {
      let square = zip(x, geometry).reduce(0) { sum, pair in
        sum + (Double(pair.0) - pair.1) * (Double(pair.0) - pair.1)
      }
      if square.squareRoot() < best.distance { best = (k, square.squareRoot()) }
    }
    return best
  }

  /// The share of the samples that is nearest to each geometry.
  package var shares: [Double] {
    var counts = [Int](repeating: 0, count: geometries.count)
    for geometry in nearest { counts[geometry] += 1 }
    return counts.map { Double($0) / Double(nearest.count) }
  }

  /// Whether the prior has any of the geometries.
  package var isPossible: Bool { weights.contains { $0 > 0 } }
}
