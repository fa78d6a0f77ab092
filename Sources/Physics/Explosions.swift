/// What computes explosions of many rows: the CPU, which is the reference, or another device.
package protocol Explosions {
  var molecule: Molecule { get }

  /// Rows of `molecule.width` numbers that lie one after the other.
  ///
  /// - Parameters:
  ///   - start: Initial momenta, shaped like the positions; nil for rest.
  ///   - charges: One charge per atom and row; nil for the molecule's.
  ///   - threads: Of the CPU.
  /// - Returns: Momenta shaped like the positions, nan in rows without an answer.
  func explode(
    _ positions: [Double], start: [Double]?, charges: [Double]?, threads: Int
  ) throws -> (momenta: [Double], outcomes: [Outcome])
}

extension CoulombExplosion: Explosions {}
