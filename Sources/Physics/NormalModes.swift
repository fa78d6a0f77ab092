package import Text

/// Vibrations about an equilibrium: `x = x₀ + Σ Qₖ lₖ`, each Qₖ a harmonic oscillator of unit mass.
package struct NormalModes: Sendable {
  /// Angular frequencies in atomic units, ascending.
  package let frequencies: [Double]
  /// `displacements[k]` is the change of the Cartesian coordinates with Qₖ.
  package let displacements: [[Double]]

  /// Modes of a Hessian; motions without a restoring force (translation, rotation) are left out.
  package init(hessian: [[Double]], masses: [Double]) {
    let problem = SymmetricEigenproblem(Self.weighted(hessian, masses))
    let least = 1e-9 * (problem.values.last ?? 0)
    self.init(problem, problem.values.indices.filter { problem.values[$0] > least }, masses)
  }

  /// Modes of a Hessian in which translation and rotation may have small forces, as those of
  /// quantum chemistry programs have: they are projected out.
  ///
  /// - Throws: where the geometry is no minimum.
  package init(
    hessian: [[Double]], geometry: [SIMD3<Double>], masses: [Double]
  ) throws(Failure) {
    try Self.check(hessian, atoms: masses.count)
    let symmetric = hessian.indices.map { i in
      hessian.indices.map { j in 0.5 * (hessian[i][j] + hessian[j][i]) }
    }
    let rigid = RigidMotions(of: geometry, masses: masses)
    let problem = SymmetricEigenproblem(rigid.projectedOut(of: Self.weighted(symmetric, masses)))
    let order = problem.values.indices.sorted { abs(problem.values[$0]) < abs(problem.values[$1]) }
    let kept = order.dropFirst(rigid.motions.count).sorted()
    let least = 1e-9 * (problem.values.last ?? 0)
    guard kept.allSatisfy({ problem.values[$0] > least }) else {
      throw .usage(
        "a geometry that is no minimum: a mode has no restoring force",
        hint: "give the Hessian at the geometry that it belongs to, both in the same axes")
    }
    self.init(problem, kept, masses)
  }

  private init(_ problem: SymmetricEigenproblem, _ kept: [Int], _ masses: [Double]) {
    let root = Self.roots(masses)
    frequencies = kept.map { problem.values[$0].squareRoot() }
    displacements = kept.map { k in zip(problem.vectors[k], root).map { $0 / $1 } }
  }

  /// √m of each coordinate.
  private static func roots(_ masses: [Double]) -> [Double] {
    masses.flatMap { mass in [Double](repeating: mass.squareRoot(), count: 3) }
  }

  private static func weighted(_ hessian: [[Double]], _ masses: [Double]) -> [[Double]] {
    let root = roots(masses)
    return hessian.indices.map { i in
      hessian.indices.map { j in hessian[i][j] / (root[i] * root[j]) }
    }
  }

  private static func check(_ hessian: [[Double]], atoms: Int) throws(Failure) {
    let width = 3 * atoms
    guard hessian.count == width, hessian.allSatisfy({ $0.count == width }) else {
      throw .usage(
        "a Hessian of \(hessian.count) rows for \(atoms) atoms",
        hint: "give \(width) rows of \(width) numbers, in hartree/bohr²")
    }
    let largest: Double = hessian.joined().reduce(0) { max($0, abs($1)) }
    var skew = 0.0
    for i in 0..<width {
      for j in 0..<i { skew = max(skew, abs(hessian[i][j] - hessian[j][i])) }
    }
    let isFinite = hessian.joined().allSatisfy(\.isFinite)
    guard isFinite, largest > 0, skew <= 1e-3 * largest else {
      throw .usage(
        "a Hessian that is not symmetric, or not finite",
        hint: "give the second derivatives of the energy, in hartree/bohr²")
    }
  }

  package var wavenumbers: [Double] { frequencies.map { $0 / Units.wavenumber } }
}
