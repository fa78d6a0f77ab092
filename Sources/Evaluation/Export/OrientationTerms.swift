import Physics
import Records

/// What momenta say of an event's axes and size: `FramePass.orientation` as formulas, in `Double`.
struct OrientationTerms {
  /// Momenta as seen from the center of mass.
  let momenta: Term
  /// rows×3×3: x, y and z, one above the other; and side by side. Runtimes of 2023 cannot multiply
  /// by a transposed matrix in `Double`.
  let axes, transposedAxes: Term
  /// rows×1
  let energy: Term
  /// Whether anything moves about the center of mass; else axes and size are those of the data.
  let isDefined: Term

  init(_ p: Term, in frame: EventFrame) {
    let molecule = frame.molecule
    let masses = molecule.masses
    let drift = Self.drift(p, molecule)
    momenta = Self.centered(p, drift, molecule)
    let weights = masses.flatMap { [Double](repeating: 1 / (2 * $0), count: 3) }
    let sum = (momenta * momenta * p.numbers(weights, shape: [1, molecule.width])).sum(axis: 1)
    let common = drift.dot(drift) * (FramePass.leastMotion * molecule.mass)
    isDefined = sum > common && sum > Double.leastNormalMagnitude
    energy = isDefined.choose(sum, 1)
    let x = isDefined.choose(
      Self.firstAxis(p, momenta, energy, frame), p.vector(1, 0, 0))
    let y = isDefined.choose(
      Self.across(x, momenta, energy, frame).perpendicular(to: x), p.vector(0, 1, 0))
    let vectors = [x, y, x.cross(y)]
    axes = Term.concatenated(vectors.map { $0.rows(of: [1, 3]) })
    transposedAxes = Term.concatenated(vectors.map { $0.rows(of: [3, 1]) }, axis: 2)
  }

  /// The velocity of the center of mass.
  static func drift(_ p: Term, _ molecule: Molecule) -> Term {
    p.times(rows: molecule.width, columns: 3) { $0 % 3 == $1 ? 1 : 0 } / molecule.mass
  }

  static func centered(_ p: Term, _ drift: Term, _ molecule: Molecule) -> Term {
    p - drift.times(rows: 3, columns: molecule.width) { $0 == $1 % 3 ? molecule.masses[$1 / 3] : 0 }
  }

  /// Along v(head) − v(tail); where the two move together, along the first atom that moves.
  private static func firstAxis(
    _ p: Term, _ momenta: Term, _ energy: Term, _ frame: EventFrame
  ) -> Term {
    let masses = frame.molecule.masses
    var axis = p.vector(1, 0, 0)
    for (i, mass) in masses.enumerated().reversed() {
      let q = momenta.atom(i)
      axis = direction(q, over: energy.root * (FramePass.least * (2 * mass).squareRoot()), axis)
    }
    let apart =
      p.atom(frame.axes.head) / masses[frame.axes.head]
      - p.atom(frame.axes.tail) / masses[frame.axes.tail]
    return direction(apart, over: (energy / frame.molecule.mass).root * FramePass.least, axis)
  }

  /// Of a vector that is long enough; of one that is rounding, another.
  private static func direction(_ vector: Term, over least: Term, _ other: Term) -> Term {
    let length = vector.length
    let isLong = length > least
    return isLong.choose(vector / isLong.choose(length, 1), other)
  }

  /// What the second axis is nearest to: the part of a momentum across the first.
  ///
  /// That of the frame's atom; of the next where it moves along the axis; of none where all do, and
  /// then any vector across will do.
  private static func across(
    _ x: Term, _ momenta: Term, _ energy: Term, _ frame: EventFrame
  ) -> Term {
    let atoms = frame.molecule.atoms
    var vector = x.farthestAxis
    for step in (0..<atoms).reversed() {
      let atom = (frame.axes.plane + step) % atoms
      let q = momenta.atom(atom)
      let across = q - q.dot(x) * x
      let unit = energy.root * (2 * frame.molecule.masses[atom]).squareRoot()
      vector = (across.length / unit > FramePass.least).choose(across, vector)
    }
    return vector
  }
}
