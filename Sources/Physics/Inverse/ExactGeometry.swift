/// A geometry that explodes into an event's momenta.
package struct ExactGeometry: Sendable {
  /// x, y, z of each atom in turn, bohr, about the center of mass.
  package let positions: [Double]
  /// ‖p(x) − p‖/‖p‖ of the momenta about the center of mass.
  package let residual: Double
  /// Of the determinant of the map of shapes: 1 for OCS that is bent by less than 18°.
  package let sign: Int
  /// |det ∂p/∂x| of the six relative momenta by the six relative positions, in atomic units.
  package let determinant: Double
  /// From ½ where the map of shapes stretches all directions alike to 0 at a fold.
  package let condition: Double
}

/// What is known of the geometries of one event.
package struct ExactEvent: Sendable {
  package let geometries: [ExactGeometry]
  package let status: EventStatus
  /// Σ sign that there has to be.
  package let signedCount: Int
}
