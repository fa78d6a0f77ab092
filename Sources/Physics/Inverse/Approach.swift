/// What leads starts near to geometries that explode into given momenta, for many rows at a time:
/// another device, whose accuracy is limited. `Double` on the CPU finishes what it began.
package protocol Approach {
  /// - Parameters:
  ///   - starts: Rows of 3N positions, bohr.
  ///   - momenta: As many rows, atomic units.
  ///   - charges: Of the ions of each row; nil for the molecule's.
  ///   - tolerance: Of |p(x) − p|/|p|: a row that has come so near is done.
  /// - Returns: Positions of the least error that was met, and that error: infinite for a start that
  ///   does not explode, which stays where it is.
  func approach(
    _ starts: [Double], to momenta: [Double], charges: [Double]?, tolerance: Double, threads: Int
  ) throws -> (positions: [Double], errors: [Double])
}
