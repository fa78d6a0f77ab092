import Physics
import Records

/// An event frame as formulas, in `Double`: momenta into it, positions back.
struct FrameTerms {
  private let frame: EventFrame
  /// Momenta as the frame has them.
  let momenta: Term
  private let orientation: OrientationTerms?
  /// Of each row; nil where all have the molecule's.
  private let charges: Term?

  /// - Parameters:
  ///   - p: momenta as the data have them.
  ///   - charges: of each row, where they differ.
  init(_ p: Term, charges: Term?, in frame: EventFrame) {
    (self.frame, self.charges) = (frame, charges)
    let molecule = frame.molecule
    switch frame.frame {
    case .raw: (momenta, orientation) = (p, nil)
    case .centered:
      let drift = OrientationTerms.drift(p, molecule)
      (momenta, orientation) = (OrientationTerms.centered(p, drift, molecule), nil)
    case .canonical:
      let orientation = OrientationTerms(p, in: frame)
      let rows = orientation.momenta.rows(of: [molecule.atoms, 3])
      let roots = p.numbers(
        molecule.masses.map { (2 * $0).squareRoot() }, shape: [1, molecule.atoms, 1])
      let turned =
        rows.times(orientation.transposedAxes) / (orientation.energy.root.rows(of: [1, 1]) * roots)
      (momenta, self.orientation) = (turned.rows(of: [molecule.width]), orientation)
    }
  }

  /// Positions as the data have them, from what they are in the frame.
  func restored(_ x: Term) -> Term {
    if frame.frame == .raw { return x }
    let molecule = frame.molecule
    let centered = x.times(rows: molecule.width, columns: molecule.width) { from, to in
      let share = from % 3 == to % 3 ? molecule.masses[from / 3] / molecule.mass : 0
      return (from == to ? 1 : 0) - share
    }
    guard let orientation else { return centered }
    let turned = centered.rows(of: [molecule.atoms, 3]).times(orientation.axes)
    let scale = orientation.isDefined.choose(
      (chargeProduct ?? x.number(frame.chargeProduct)) / orientation.energy, 1)
    return turned.rows(of: [molecule.width]) * scale
  }

  /// `Σ qᵢqⱼ` over pairs: half of the square of the sum without the squares.
  private var chargeProduct: Term? {
    charges.map { q in
      let sum = q.sum(axis: 1)
      return (sum * sum - (q * q).sum(axis: 1)) * 0.5
    }
  }
}
