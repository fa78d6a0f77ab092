/// The coordinates of a model: those of the data, or without symmetries.
///
/// A frame is computed from momenta only. A frame computed from positions could not be applied to
/// measured momenta.
package enum Frame: String, CaseIterable, Sendable {
  /// As in the file.
  case raw
  /// Seen from the center of mass: `x − Σmx/M`, `p − mP/M`. Nothing can tell where it was: undoing
  /// this leaves it at 0.
  case centered
  /// Centered, turned to axes that the momenta define, and scaled by their energy.
  ///
  /// Turning, mirroring, moving or scaling a molecule leaves its canonical coordinates as they are:
  /// `p' = p/√(2m·KE)`, so that `Σp'² = 1`, and `x' = x·KE/Q` with `Q = Σ qᵢqⱼ`, so that
  /// `Σ qᵢqⱼ/Q/r' = 1` for an explosion from rest.
  ///
  /// Axes are right-handed. Mirroring an event mirrors its first two axes with it and turns the
  /// third against it: x' and y' stay, z' changes sign. Three atoms that start at rest move in their
  /// plane and have no z', so that the sign of their third axis carries nothing; noise on the
  /// momenta makes small z' of the positions, both signs equally likely. With four atoms, or more,
  /// the sign of z' is the chirality of the molecule, which the momenta keep.
  case canonical
}

/// The atoms whose momenta define the axes of the canonical frame.
package struct FrameAxes: Sendable, Equatable {
  /// The first axis is along v(head) − v(tail).
  package let head: Int
  package let tail: Int
  /// The second is along the part of this atom's momentum that is across the first.
  package let plane: Int

  package init(head: Int, tail: Int, plane: Int) {
    (self.head, self.tail, self.plane) = (head, tail, plane)
  }

  /// The last two atoms, and the first: for C, O, S the axis is v(O) − v(S), the plane that of C.
  package init(of molecule: Molecule) {
    self.init(head: max(0, molecule.atoms - 2), tail: molecule.atoms - 1, plane: 0)
  }
}
