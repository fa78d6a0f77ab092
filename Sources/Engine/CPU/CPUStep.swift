/// How the CPU computes a step.
package protocol CPUStep: CPULowerable, Step {
  /// Computes the items of one tile. The formula is written once; the loops that matter are leaves
  /// of `Real`, plain for `Double` and fast for `Float`.
  func evaluate<E: Real>(_ tile: Tile<E>)

  /// Elements of private memory that `evaluate` needs for so many items.
  func scratch(items: Int) -> Int
}

extension CPUStep {
  package func scratch(items: Int) -> Int { 0 }
  package func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] { [self] }
}

/// What the CPU computes by steps: by itself as one, or by others.
package protocol CPULowerable {
  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep]
}
