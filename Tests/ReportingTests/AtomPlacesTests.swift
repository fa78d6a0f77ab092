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

  @Test("a plane through atoms in a line is still a plane")
  func line() throws {
    let triangle = AtomPlaces([0, 0, 0, -1, 0, 0, 2, 0, 0], row: 0, atoms: 3)
    let plane = try Plane(triangle, of: equal)
    #expect(abs(plane.across.length - 1) < 1e-12 && abs(plane.across.dot(plane.along)) < 1e-12)
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
