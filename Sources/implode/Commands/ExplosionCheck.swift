import Checks
import Engine
import OpenCLBackend
import Physics
import Text

/// A case of explosions for `implode devices --check`: few rows on a device, compared with the CPU's
/// in `Double`.
enum ExplosionCheck: String, CaseIterable, CustomStringConvertible {
  case rest = "explosions from rest"
  case moving = "explosions with momenta"
  case derivatives = "derivatives of explosions"
  case newton = "Newton's method for explosions"

  var description: String { rawValue }

  /// All, or those whose names contain the text.
  static func named(_ text: String?) -> [ExplosionCheck] {
    guard let text = text?.lowercased() else { return allCases }
    return allCases.filter { $0.rawValue.lowercased().contains(text) }
  }

  private static let rows = 20

  func check(on device: any Device) throws -> CaseReport {
    guard let device = device as? OpenCLDevice else {
      preconditionFailure("\(device.name) has no kernels of explosions")
    }
    let molecule = Molecule.carbonylSulfide
    let explosion = try OpenCLExplosion(molecule, on: device)
    let positions = try GeometryFamily.random(RandomFamily())
      .positions(0..<Self.rows, of: molecule, seed: 1)
    // Any other numbers of a suitable size.
    let start = positions.reversed().map { 10 * $0 }
    let exact = CoulombExplosion(molecule, accuracy: .reference)
    switch self {
    case .rest:
      return try report("explode", 2e-6, exact.explode(positions).momenta) {
        try explosion.explode(positions).momenta
      }
    case .moving:
      return try report("explode", 2e-6, exact.explode(positions, start: start).momenta) {
        try explosion.explode(positions, start: start).momenta
      }
    case .derivatives:
      // By a law: along their own positions momenta change by −1/2 of themselves.
      let momenta = exact.explode(positions).momenta
      return try report("explode_tangents", 4e-5, momenta.map { -0.5 * $0 }) {
        try explosion.explode(positions, directions: 1, along: positions).tangents
      }
    case .newton:
      let momenta = exact.explode(positions).momenta
      let starts = zip(positions, start).map { $0 + 2e-3 * $1 }
      return try report("newton_step", 2e-5, momenta) {
        let found = try explosion.approach(
          starts, to: momenta, charges: nil, tolerance: 1e-5, threads: 1)
        return exact.explode(found.positions).momenta
      }
    }
  }

  /// ‖a − b‖/‖b‖ of the worst row, of two runs.
  private func report(
    _ kernel: String, _ bound: Double, _ expected: [Double], _ run: () throws -> [Double]
  ) throws -> CaseReport {
    let (first, second) = (try run(), try run())
    var worst = 0.0
    let width = expected.count / Self.rows
    for begin in stride(from: 0, to: expected.count, by: width) {
      var (difference, size) = (0.0, 0.0)
      for i in begin..<begin + width {
        difference += (first[i] - expected[i]) * (first[i] - expected[i])
        size += expected[i] * expected[i]
      }
      let error = (difference / size).squareRoot()
      worst = error.isNaN ? .infinity : max(worst, error)
    }
    return CaseReport(
      name: rawValue, bound: bound, worst: worst, worstOfKernel: [kernel: worst],
      isRepeatable: first == second)
  }
}
