import Physics
import Evaluation
import Glibc
import Text

extension Figure {
  static let newton = Figure(
    name: "newton", group: .geometry, title: "Newton and Dalitz plots",
    caption: """
      The measured momenta. Left, each event is rotated and scaled so that the momentum of the last \
      ion is the arrow; the first ion lies above and the second one below. Right, the fractions ε of \
      the kinetic energy; momenta that add up to zero lie within the solid curve (a circle for equal \
      masses), on which all three are parallel.
      """,
    compose: { content throws(NothingToDraw) in
      try requireTriangle(content.evaluated.molecule)
      let shares = MomentumShares(content.evaluated)
      guard !shares.newton.x.isEmpty else {
        throw NothingToDraw("no row has finite momenta that are not zero")
      }
      return shares.compose(content.evaluated.molecule.labels)
    })
}

/// Three ions share the energy in a plane; more do not.
func requireTriangle(_ molecule: Molecule) throws(NothingToDraw) {
  guard molecule.atoms == 3 else {
    throw NothingToDraw("the molecule has \(Numbers.count(molecule.atoms, "atom")), not three")
  }
}

/// Momenta of three ions in a plane, and their fractions of the kinetic energy.
struct MomentumShares {
  private(set) var newton: (x: [Double], y: [Double]) = ([], [])
  private(set) var dalitz: (x: [Double], y: [Double]) = ([], [])
  let masses: [Double]
  private(set) var left = 0

  init(_ evaluated: EvaluatedRows) {
    masses = evaluated.molecule.masses
    for triangle in AtomPlaces.all(evaluated.momenta, atoms: 3) {
      let p = triangle.atoms
      guard triangle.isFinite, p[2].length > 0 else {
        left += 1
        continue
      }
      // These are momenta: the origin is zero, and the third one defines the axis.
      let plane = Plane(origin: .zero, along: p[2], towards: p[0])
      for ion in p[..<2] {
        let place = plane(ion)
        newton.x.append(place.x / p[2].length)
        newton.y.append(place.y / p[2].length)
      }
      let energies = zip(p, masses).map { $0.dot($0) / $1 }
      let place = Self.place(energies)
      dalitz.x.append(place.x)
      dalitz.y.append(place.y)
    }
  }

  /// `((ε₂ − ε₃)/√3, ε₁ − 1/3)`, where ε are energy fractions. On each side of the triangle one
  /// ion has no energy.
  static func place(_ energies: [Double]) -> (x: Double, y: Double) {
    let sum = energies.reduce(0, +)
    return ((energies[1] - energies[2]) / sum / 3.0.squareRoot(), energies[0] / sum - 1.0 / 3)
  }

  /// The boundary of momenta that add up to zero, on which they are parallel. For equal masses it is
  /// the circle of radius 1/3.
  static func boundary(masses: [Double], points: Int) -> (x: [Double], y: [Double]) {
    let places = (0...points).map { point in
      let angle = Double(point) / Double(points) * .pi
      let p = [cos(angle), sin(angle), -cos(angle) - sin(angle)]
      return place(zip(p, masses).map { $0 * $0 / $1 })
    }
    return (places.map(\.x), places.map(\.y))
  }
}
