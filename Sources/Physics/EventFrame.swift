package import Text

/// The map of a molecule's events into a frame and back, row by row.
package struct EventFrame: Sendable, Equatable {
  package let frame: Frame
  package let molecule: Molecule
  package let axes: FrameAxes
  /// `Q = Σ qᵢqⱼ` over pairs.
  package let chargeProduct: Double
  /// `√(2m)` of every atom.
  let rootMasses: [Double]

  /// - Parameter axes: The atoms that define the axes of the canonical frame; nil for the rule of
  ///   `FrameAxes`.
  package init(
    _ frame: Frame, of molecule: Molecule = .carbonylSulfide, axes: FrameAxes? = nil
  ) throws(Failure) {
    let axes = axes ?? FrameAxes(of: molecule)
    let atoms = 0..<molecule.atoms
    if frame == .canonical {
      guard molecule.atoms > 1 else {
        throw Failure(
          "a canonical frame of one atom: nothing moves about its center of mass",
          hint: "use the frame raw or centered")
      }
      guard atoms.contains(axes.head), atoms.contains(axes.tail), atoms.contains(axes.plane),
        axes.head != axes.tail
      else {
        throw Failure(
          "frame axes from the atoms \(axes.head), \(axes.tail) and \(axes.plane)",
          hint: "name atoms from 0 to \(molecule.atoms - 1), the first two different")
      }
    }
    (self.frame, self.molecule, self.axes) = (frame, molecule, axes)
    chargeProduct = molecule.chargeProduct
    rootMasses = molecule.masses.map { (2 * $0).squareRoot() }
  }

  /// What one row of momenta says of its event.
  package func orientation(of momenta: [Double]) -> Orientation {
    precondition(momenta.count == molecule.width, "\(momenta.count) momenta")
    return withPass { pass in momenta.withUnsafeBufferPointer { pass.orientation(of: $0) } }
  }

  /// A row of positions as the frame has it.
  package func toFrame(positions: [Double], _ orientation: Orientation) -> [Double] {
    changed(positions) { $0.toFrame(positions: $1, orientation) }
  }

  /// A row of momenta as the frame has it.
  package func toFrame(momenta: [Double], _ orientation: Orientation) -> [Double] {
    changed(momenta) { $0.toFrame(momenta: $1, orientation) }
  }

  /// A row of positions as the data have it, but for the center of mass, which is at 0 unless the
  /// frame is raw.
  package func fromFrame(positions: [Double], _ orientation: Orientation) -> [Double] {
    changed(positions) { $0.fromFrame(positions: $1, orientation) }
  }

  /// Lends the map as a loop over rows needs it.
  package func withPass<Result>(_ body: (FramePass) -> Result) -> Result {
    molecule.masses.withUnsafeBufferPointer { masses in
      rootMasses.withUnsafeBufferPointer { roots in
        body(FramePass(self, masses: masses, rootMasses: roots))
      }
    }
  }

  private func changed(
    _ row: [Double], _ body: (FramePass, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    precondition(row.count == molecule.width, "\(row.count) coordinates")
    var row = row
    row.withUnsafeMutableBufferPointer { row in withPass { body($0, row) } }
    return row
  }
}
