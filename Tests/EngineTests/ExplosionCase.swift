import Physics
import Randomness
import Testing

/// Molecules to explode, of one kind.
struct ExplosionCase: CustomTestStringConvertible, CustomStringConvertible, Sendable {
  let name: String
  let molecule: Molecule
  let positions: [Double]
  var start: [Double]?
  var charges: [Double]?
  /// How many times the usual bound its errors may be.
  var ease = 1.0

  var rows: Int { positions.count / molecule.width }
  var description: String { name }
  var testDescription: String { name }

  static let all: [ExplosionCase] = [
    random(atoms: 2), random(atoms: 3), random(atoms: 5),
    ExplosionCase(
      name: "equilibrium", molecule: .carbonylSulfide,
      positions: family(.equilibrium(EquilibriumFamily()))),
    ExplosionCase(
      name: "a line", molecule: .carbonylSulfide,
      positions: [-2.2, 0, 0, 0, 0, 0, 3, 0, 0, 0, -1, 2, 0, 0, 0, 0, 2, -4]),
    closePairs(), moving(atoms: 2), moving(atoms: 3), moving(atoms: 5), chargeStates(),
  ]

  /// ‖a − b‖/‖b‖ of the worst row.
  func worstError(_ a: [Double], _ b: [Double], of width: Int? = nil) -> Double {
    let width = width ?? molecule.width
    var worst = 0.0
    for begin in stride(from: 0, to: b.count, by: width) {
      var (difference, size) = (0.0, 0.0)
      for i in begin..<begin + width {
        difference += (a[i] - b[i]) * (a[i] - b[i])
        size += b[i] * b[i]
      }
      let error = (difference / size).squareRoot()
      worst = error.isNaN ? .infinity : max(worst, error)
    }
    return worst
  }

  static func withBuffers(
    _ a: [Double], _ b: [Double], _ c: [Double]?,
    _ body: (
      UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>?
    ) -> Void
  ) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        if let c { c.withUnsafeBufferPointer { body(a, b, $0) } } else { body(a, b, nil) }
      }
    }
  }
}

extension ExplosionCase {
  private static func family(_ family: GeometryFamily, of molecule: Molecule = .carbonylSulfide)
    -> [Double]
  {
    do { return try family.positions(0..<150, of: molecule, seed: 5) } catch {
      preconditionFailure("no positions: \(error)")
    }
  }

  /// Atoms of unlike masses and charges.
  private static func molecule(_ atoms: Int) -> Molecule {
    let masses = [21894.7, 29164.4, 58441.8, 1837.0, 35_000.0].prefix(atoms)
    do {
      return try Molecule(
        names: (0..<atoms).map { "a\($0)" }, masses: Array(masses),
        charges: Array([2.0, 1, 3, 1, 2].prefix(atoms)))
    } catch { preconditionFailure("no molecule: \(error)") }
  }

  private static func random(atoms: Int) -> ExplosionCase {
    let molecule = molecule(atoms)
    return ExplosionCase(
      name: "random, \(atoms) atoms", molecule: molecule,
      positions: family(.random(RandomFamily()), of: molecule))
  }

  /// One bond much shorter than the others.
  private static func closePairs() -> ExplosionCase {
    let rows = [0.3, 0.03, 3e-3, 3e-4].flatMap { ratio -> [Double] in
      [(1.0, 0.05), (0, 1), (-0.6, 0.8)].flatMap { x, y in
        [0, 0, 0, 3 * ratio, 0, 0, 3 * x, 3 * y, 0]
      }
    }
    return ExplosionCase(
      name: "close pairs", molecule: .carbonylSulfide, positions: rows, ease: 5)
  }

  /// With momenta at the start, also inwards.
  private static func moving(atoms: Int) -> ExplosionCase {
    let molecule = molecule(atoms)
    let count = 100 * molecule.width
    return ExplosionCase(
      name: "moving, \(atoms) atoms", molecule: molecule,
      positions: Numbers.between(-4, 4, count: count, seed: 6),
      start: Numbers.between(-60, 60, count: count, seed: 7))
  }

  private static func chargeStates() -> ExplosionCase {
    let positions = family(.random(.ball))
    return ExplosionCase(
      name: "charges of each row", molecule: .carbonylSulfide, positions: positions,
      charges: Numbers.between(0.5, 4, count: positions.count / 3, seed: 8))
  }
}

/// Numbers for tests.
enum Numbers {
  static func between(_ low: Double, _ high: Double, count: Int, seed: UInt64) -> [Double] {
    (0..<count).map { i in
      var random = RowRandom(seed: seed, stream: .geometry, row: i)
      return random.uniform(low...high)
    }
  }
}
