import CPhysics
import Glibc

/// All geometries of three atoms that explode into given momenta.
///
/// Where the center of mass was cannot be known: positions are about it, and what momentum it has is
/// left out.
package struct ExactSolver: Sendable {
  package let table: ShapeTable
  private let coordinates: JacobiCoordinates
  private let count: SignedCount

  package init(_ table: ShapeTable) {
    self.table = table
    coordinates = JacobiCoordinates(table.molecule)
    count = SignedCount(masses: table.molecule.masses)
  }

  /// Below this condition a geometry is at a fold, as far as its determinant can tell.
  package static let leastCondition = 1e-7

  /// The geometries of rows of nine momenta: x, y, z of each ion in turn.
  package func solve(_ momenta: [Double]) -> [ExactEvent] {
    precondition(momenta.count % 9 == 0, "\(momenta.count) momenta")
    var result = [ExactEvent](
      repeating: ExactEvent(geometries: [], status: .impossible, signedCount: 0),
      count: momenta.count / 9)
    let events = result.indices.compactMap { row in
      PlanarEvent(momenta[9 * row..<9 * row + 9], coordinates).map { (row: row, event: $0) }
    }
    let found = search(events.map(\.event))
    for ((row, event), solutions) in zip(events, found) { result[row] = exact(event, solutions) }
    return result
  }

  /// Solutions by event. Events whose usual searches missed some are searched once more.
  private func search(_ events: [PlanarEvent]) -> [[cp_solution]] {
    var found = solutions(events, wide: false)
    let missed = events.indices.filter { shortfall(found[$0], events[$0]) != 0 }
    for (i, wider) in zip(missed, solutions(missed.map { events[$0] }, wide: true))
    where shortfall(wider, events[i]) < shortfall(found[i], events[i]) {
      found[i] = wider
    }
    return found
  }

  private func solutions(_ events: [PlanarEvent], wide: Bool) -> [[cp_solution]] {
    var result = [[cp_solution]](repeating: [], count: events.count)
    let shapes = events.flatMap { [$0.shape.re, $0.shape.im] }
    for solution in table.solve(shapes, wide: wide) {
      result[Int(solution.event)].append(solution)
    }
    return result
  }

  /// By how many the signs of solutions differ from what they have to be.
  private func shortfall(_ solutions: [cp_solution], _ event: PlanarEvent) -> Int {
    abs(solutions.reduce(0) { $0 + ($1.determinant > 0 ? 1 : -1) } - count(event.squares))
  }

  private func exact(_ event: PlanarEvent, _ solutions: [cp_solution]) -> ExactEvent {
    let geometries = solutions.map { geometry(event, $0) }
    let isFolded = geometries.contains { $0.condition < Self.leastCondition }
    let isComplete = shortfall(solutions, event) == 0
    return ExactEvent(
      geometries: geometries,
      status: isComplete ? (isFolded ? .nearFold : .certified) : .incomplete,
      signedCount: count(event.squares))
  }

  /// The shape, in the size and the direction that the event has: velocities are c times those of
  /// the table, and positions c/|c|³ times.
  private func geometry(_ event: PlanarEvent, _ solution: cp_solution) -> ExactGeometry {
    let c = event.minus / Complex(solution.velocity.0, solution.velocity.1)
    let factor = 1 / (c.square * c.square.squareRoot()) * c
    let shape = Self.places(solution.at).map { factor * $0 }
    let (plus, minus) = coordinates.combined(shape)
    let size = ((plus.square + minus.square) / 2).squareRoot()
    var places = event.vectors(shape)
    places.center(coordinates.masses)
    // Shapes stretch by the determinant, what is across their plane by `opening`; the size by
    // −½ and rotations by 1, all times the ratio of the sizes. In mass-weighted coordinates.
    let ratio = event.size / size
    let determinant = 0.5 * pow(ratio, 6) * abs(solution.determinant * solution.opening)
    return ExactGeometry(
      positions: places.flatMap { [$0.x, $0.y, $0.z] }, residual: solution.residual,
      sign: solution.determinant > 0 ? 1 : -1,
      determinant: coordinates.massFactor * determinant, condition: solution.condition)
  }

  /// The atoms of a point of a chart.
  private static func places(_ at: cp_shape_point) -> [Complex] {
    let chart = Int(at.chart)
    let half = 0.5 * exp(at.rho)
    let pair = Complex(half * cos(at.phi), half * sin(at.phi))
    var places = [Complex](repeating: Complex(1, 0), count: 3)
    places[(chart + 1) % 3] = pair
    places[(chart + 2) % 3] = -1 * pair
    return places
  }
}
