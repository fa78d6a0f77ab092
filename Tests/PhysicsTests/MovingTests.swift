import Glibc
import Physics
import Randomness
import Testing

/// Molecules of any masses and charges that move from the start, in or out: collisions too.
@Suite struct MovingTests {
  @Test("energy and momentum are kept", arguments: 2...6)
  func conservation(atoms: Int) throws {
    for trial in 0..<12 {
      var random = RowRandom(seed: 3, stream: .split, row: trial)
      let molecule = try Molecule(
        names: (0..<atoms).map { "a\($0)" },
        masses: (0..<atoms).map { _ in pow(10, random.uniform(3...6)) },
        charges: (0..<atoms).map { _ in Double(1 + random.index(below: 9)) })
      let rows = 20
      let speed = pow(10, random.uniform(-1...3))
      let places = (0..<rows * molecule.width).map { _ in 3 * random.normal() }
      let start = (0..<rows * molecule.width).map { _ in speed * random.normal() }
      // Masses of 1 : 1000 magnify what a light atom's velocity may be off by.
      for (accuracy, bound) in [(Accuracy.fast, 1e-5), (.precise, 1e-9), (.reference, 1e-12)] {
        let (end, outcomes) = CoulombExplosion(molecule, accuracy: accuracy)
          .explode(places, start: start)
        #expect(outcomes.allSatisfy { $0.isExploded })
        for i in stride(from: 0, to: places.count, by: molecule.width) {
          let row = i..<i + molecule.width
          let before =
            Energy.potential(places[row], charges: molecule.charges)
            + Energy.kinetic(start[row], masses: molecule.masses)
          let after = Energy.kinetic(end[row], masses: molecule.masses)
          #expect(abs(after / before - 1) < bound)
          for axis in 0..<3 {
            let change = (0..<atoms).reduce(0) { sum, atom in
              sum + end[i + 3 * atom + axis] - start[i + 3 * atom + axis]
            }
            #expect(abs(change) < 1e-12 * (norm(end[row]) + norm(start[row])))
          }
        }
      }
    }
  }
}
