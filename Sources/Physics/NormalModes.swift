/// Vibrations about an equilibrium: `x = x₀ + Σ Qₖ lₖ`, each Qₖ a harmonic oscillator of unit mass.
package struct NormalModes: Sendable {
  /// Angular frequencies in atomic units, ascending.
  package let frequencies: [Double]
  /// `displacements[k]` is the change of the Cartesian coordinates with Qₖ.
  package let displacements: [[Double]]

  /// Modes of a Hessian; motions without a restoring force (translation, rotation) are left out.
  package init(hessian: [[Double]], masses: [Double]) {
    let root = masses.flatMap { mass in [Double](repeating: mass.squareRoot(), count: 3) }
    let weighted = hessian.indices.map { i in
      hessian.indices.map { j in hessian[i][j] / (root[i] * root[j]) }
    }
    let problem = SymmetricEigenproblem(weighted)
    let least = 1e-9 * (problem.values.last ?? 0)
    let kept = problem.values.indices.filter { problem.values[$0] > least }
    frequencies = kept.map { problem.values[$0].squareRoot() }
    displacements = kept.map { k in zip(problem.vectors[k], root).map { $0 / $1 } }
  }

  package var wavenumbers: [Double] { frequencies.map { $0 / Units.wavenumber } }
}
