import Glibc
import Randomness
import Text

/// Bonds and angle uniform in ranges, placed anyhow, then the frame turned so that the third atom
/// lies on +x and the second in the xy plane at y ≥ 0: the frame of the published data.
package struct OrientedFamily: Sendable, Equatable {
  /// Bohr.
  package var firstBond = 1.8...3.2
  package var secondBond = 2.4...4.4
  /// Degrees; the largest is 180.
  package var leastAngle: Double
  /// Standard deviation per axis of the center of mass from the origin, in bohr.
  package var offset: Double

  package init(leastAngle: Double = 120, offset: Double = 1) {
    (self.leastAngle, self.offset) = (leastAngle, offset)
  }
}

struct OrientedSource: GeometrySource {
  let family: OrientedFamily
  let masses: [Double]

  init(_ family: OrientedFamily, masses: [Double]) throws(Failure) {
    guard masses.count == 3 else {
      throw .usage(
        "the oriented family is one of molecules of 3 atoms, not of \(masses.count)",
        hint: "use the family random, or explode geometries of your own")
    }
    guard (0...180).contains(family.leastAngle) else {
      throw .usage(
        "a minimum angle of \(family.leastAngle) degrees", hint: "give a number from 0 to 180")
    }
    guard family.offset >= 0, family.offset < .infinity else {
      throw .usage("an offset of \(family.offset) bohr", hint: "give a number from 0, as 1")
    }
    guard family.firstBond.lowerBound > 0, family.secondBond.lowerBound > 0 else {
      throw .usage("a bond length that may be 0 or negative", hint: "give ranges as 1.8…3.2")
    }
    (self.family, self.masses) = (family, masses)
  }

  func places(row: Int, seed: UInt64) -> Places {
    var random = RowRandom(seed: seed, stream: .geometry, row: row)
    let first = random.uniform(family.firstBond)
    let second = random.uniform(family.secondBond)
    let angle = random.uniform(family.leastAngle...180) * Double.pi / 180
    var places: Places = [
      .zero, SIMD3(first, 0, 0), SIMD3(second * cos(angle), second * sin(angle), 0),
    ]
    places.rotate(.uniform(&random))
    places.center(masses)
    places.move(by: family.offset * SIMD3(random.normal(), random.normal(), random.normal()))
    return Self.turned(places)
  }

  /// Rotated about the origin into the frame of the family; its zeros are exact.
  static func turned(_ places: Places) -> Places {
    let (second, third) = (places[1], places[2])
    let x = third / third.length
    let across = second - second.dot(x) * x
    let y = across / across.length
    let z = x.cross(y)
    var turned = places.map { SIMD3($0.dot(x), $0.dot(y), $0.dot(z)) }
    turned[1].z = 0
    turned[2].y = 0
    turned[2].z = 0
    return turned
  }
}
