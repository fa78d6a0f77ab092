import Glibc
import Randomness
import Text

/// Every atom by itself: uniform in a cube or a ball, no two closer than `closest`, and then the
/// center of mass at 0.
package struct RandomFamily: Sendable, Equatable {
  package enum Shape: Sendable, Equatable {
    /// Coordinates from −half to half.
    case cube(half: Double)
    case ball(radius: Double)
  }

  package var shape: Shape
  /// The minimum distance of two atoms, in bohr. Geometries are sampled until they have it.
  package var closest: Double

  package init(shape: Shape = .cube(half: 4), closest: Double = 1.5) {
    (self.shape, self.closest) = (shape, closest)
  }

  /// The ball of 4 bohr that other groups use.
  package static let ball = RandomFamily(shape: .ball(radius: 4), closest: 0.5)

  /// The largest number of attempts for a geometry.
  static let mostAttempts: UInt32 = 100_000

  func validate(atoms: Int) throws(Failure) {
    let (size, name) =
      switch shape {
      case .cube(let half): (half, "half-width")
      case .ball(let radius): (radius, "radius")
      }
    guard size > 0, size < .infinity else {
      throw .usage("a \(name) of \(size) bohr", hint: "give a positive number, as 4")
    }
    guard closest >= 0, closest < .infinity else {
      throw .usage("a minimum distance of \(closest) bohr", hint: "give a number from 0, as 1.5")
    }
    // Half of random pairs are farther apart than about half the size; packing is no aim here.
    guard closest <= size else {
      throw .usage(
        "a minimum distance of \(closest) bohr hardly fits into a \(name) of \(size) bohr",
        hint: "give at most \(size), or a larger \(name)")
    }
    // Pairs are closer with about the share of the room that a ball of that radius has.
    let isBall = if case .ball = shape { true } else { false }
    let room = isBall ? 4 * Double.pi / 3 * size * size * size : 8 * size * size * size
    let share = 4 * Double.pi / 3 * closest * closest * closest / room
    let attempts = exp(Double(atoms * (atoms - 1) / 2) * share)
    guard attempts < Double(Self.mostAttempts) / 10 else {
      throw .usage(
        "\(atoms) atoms hardly fit into a \(name) of \(size) bohr, \(closest) bohr apart",
        hint: "give a larger \(name) or a smaller minimum distance")
    }
  }
}

struct RandomSource: GeometrySource {
  let family: RandomFamily
  let masses: [Double]

  func places(row: Int, seed: UInt64) -> Places {
    var places = Places(repeating: .zero, count: masses.count)
    for attempt in 0..<RandomFamily.mostAttempts {
      var random = RowRandom(seed: seed, stream: .geometry, row: row, attempt: attempt)
      for i in places.indices { places[i] = place(&random) }
      if keepsDistance(places) {
        places.center(masses)
        return places
      }
    }
    // Many atoms in little room: the row is reported as having none.
    return Places(repeating: SIMD3(repeating: .nan), count: masses.count)
  }

  private func place(_ random: inout RowRandom) -> SIMD3<Double> {
    switch family.shape {
    case .cube(let half):
      return SIMD3(
        random.uniform(-half...half), random.uniform(-half...half), random.uniform(-half...half))
    case .ball(let radius):
      while true {
        let place = SIMD3(random.uniform(-1...1), random.uniform(-1...1), random.uniform(-1...1))
        if place.dot(place) <= 1 { return radius * place }
      }
    }
  }

  private func keepsDistance(_ places: Places) -> Bool {
    for i in places.indices {
      for j in 0..<i {
        let apart = places[i] - places[j]
        if apart.dot(apart) < family.closest * family.closest { return false }
      }
    }
    return true
  }
}
