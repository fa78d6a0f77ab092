import Glibc
import Physics
import Testing

@testable import Reporting

@Suite("Atoms and shapes in figures") struct AtomPlacesTests {
  private let bent: [Float] = [0, 0, 0, 0, 2, 0, 3, 0, 0]
  private let molecule = Molecule.carbonylSulfide

  @Test("bonds and the angle between them, in a line too")
  func shape() {
    let shapes = molecule.shapes(bent + [0, 0, 0, -1, 0, 0, 2, 0, 0])
    #expect(shapes[0] == [2, 1] && shapes[1] == [3, 2])
    #expect(abs(shapes[2][0] - 90) < 1e-12 && shapes[2][1] == 180)
    #expect(molecule.mainCoordinate?.key == "angle_ocs")
  }

  private var equal: Molecule {
    get throws { try Molecule(names: ["c", "o", "s"], masses: [1, 1, 1], charges: [1, 1, 1]) }
  }

  @Test("the plane has the third atom along x and the second one above")
  func plane() throws {
    let triangle = AtomPlaces(bent, row: 0, atoms: 3)
    let plane = try Plane(triangle, of: equal)
    let places = triangle.atoms.map { plane($0) }
    #expect(places[2].x - places[0].x == 3 && places[2].y == places[0].y)
    #expect(places[1].y - places[0].y == 2)
    #expect(abs(places.map(\.x).reduce(0, +)) < 1e-12)
  }

  @Test(
    "for atoms in a line, the axes of the plane are orthonormal",
    arguments: [
      [0, 0, 0, -1, 0, 0, 2, 0, 0], [0.1, 0.2, 0.3, 0.4, 0.8, 1.2], [1, 1, 1, 0.3, 2, 1],
    ])
  func line(positions: [Float]) throws {
    let names = Array(["c", "o", "s"].prefix(positions.count / 3)), ones = names.map { _ in 1.0 }
    let molecule = try Molecule(names: names, masses: ones, charges: ones)
    let places = AtomPlaces(positions, row: 0, atoms: names.count)
    let plane = Plane(places, of: molecule)
    #expect(abs(plane.across.length - 1) < 1e-12 && abs(plane.across.dot(plane.along)) < 1e-12)
    let shown = places.atoms.map { plane($0) }
    #expect(abs(shown[1].y - shown[0].y) < 1e-6)
    #expect(abs(abs(shown[1].x - shown[0].x) - (places.atoms[1] - places.atoms[0]).length) < 1e-6)
  }

  @Test("letters keep away from bonds, atoms and each other")
  func letters() {
    // A star of six bonds, and two atoms at the same place in the projection.
    let atoms = (0..<6).map { (x: 2 * cos(Double($0)), y: 2 * sin(Double($0))) }
    let places = [(x: 0.0, y: 0.0)] + atoms + [atoms[2]]
    let bonds = (1..<8).map { (first: 0, second: $0) }
    let offsets = LetterPlaces.offsets(places, bonds: bonds, distance: 0.4)
    let letters = zip(places, offsets).map { (x: $0.x + $1.x, y: $0.y + $1.y) }
    for (i, letter) in letters.enumerated() {
      #expect(abs(hypot(offsets[i].x, offsets[i].y) - 0.4) < 1e-12)
      for (j, other) in letters.enumerated() where j != i {
        #expect(hypot(letter.x - other.x, letter.y - other.y) > 0.3, "letters \(i) and \(j)")
      }
      for (j, atom) in places.enumerated() where j != i && places[i] != atom {
        #expect(hypot(letter.x - atom.x, letter.y - atom.y) > 0.3, "letter \(i), atom \(j)")
      }
    }
    #expect(LetterPlaces.offsets([(0, 0)], bonds: [], distance: 1)[0].y == 1)
  }

  @Test("momenta in a line make a circle for equal masses, and stay in the triangle for others")
  func boundary() {
    let circle = MomentumShares.boundary(masses: [1, 1, 1], points: 60)
    for (x, y) in zip(circle.x, circle.y) {
      #expect(abs((x * x + y * y).squareRoot() - 1.0 / 3) < 1e-12)
    }
    let curve = MomentumShares.boundary(masses: [12, 16, 32], points: 60)
    for (x, y) in zip(curve.x, curve.y) {
      #expect(y >= -1.0 / 3 - 1e-12)
      #expect(abs(x) <= (2.0 / 3 - y) / 3.0.squareRoot() + 1e-12)
    }
  }
}
