/// Memory for one chunk of rows on one thread.
struct RowScratch {
  private let molecule: Molecule
  private var positions, momenta, start, charges: [Double]
  private var outcomes: [Int32]

  struct Part {
    let positions, momenta, start, charges: UnsafeMutableBufferPointer<Double>
    let outcomes: UnsafeMutableBufferPointer<Int32>
  }

  init(molecule: Molecule, rows: Int) {
    self.molecule = molecule
    positions = [Double](repeating: 0, count: rows * molecule.width)
    momenta = positions
    start = positions
    charges = [Double](repeating: 0, count: rows * molecule.atoms)
    outcomes = [Int32](repeating: 0, count: rows)
  }

  /// Lends buffers that are as long as `rows` need.
  mutating func withBuffers(rows: Int, moving: Bool, _ body: (Part) -> Void) {
    let count = rows * molecule.width, ions = rows * molecule.atoms
    positions.withUnsafeMutableBufferPointer { positions in
      momenta.withUnsafeMutableBufferPointer { momenta in
        start.withUnsafeMutableBufferPointer { start in
          charges.withUnsafeMutableBufferPointer { charges in
            outcomes.withUnsafeMutableBufferPointer { outcomes in
              body(
                Part(
                  positions: positions.part(0..<count), momenta: momenta.part(0..<count),
                  start: start.part(0..<count), charges: charges.part(0..<ions),
                  outcomes: outcomes.part(0..<rows)))
            }
          }
        }
      }
    }
  }
}

extension UnsafeMutableBufferPointer {
  func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer {
    UnsafeMutableBufferPointer(rebasing: self[range])
  }
}
