extension Graph {
  /// The graph as a device runs it: row-local steps joined into chains, where that was asked for
  /// and all of them can be.
  ///
  /// Its values are those of this graph and, after them, those that the chains need.
  package func lowered(for device: LaunchTraits) -> Graph {
    guard joinsSteps else { return self }
    var result = self
    result.steps = []
    for run in runs {
      guard run.steps.count > 1 else {
        if case .rows = run.domain, run.steps[0].chained(on: device) == nil { return self }
        result.steps += run.steps
        continue
      }
      guard
        let chain = ChainBuilder(
          run.steps, in: self, readElsewhere: valuesRead(outside: run), device: device)?
          .build(into: &result, domain: run.domain, device: device)
      else { return self }
      result.steps.append(chain)
    }
    result.joinSums()
    return result
  }

  private struct Run {
    var section: SectionBuilder
    var steps: [any Primitive]
    let indices: ClosedRange<Int>
    var domain: Domain { section.domain }
  }

  /// Steps over the same rows, and every other step for itself.
  private var runs: [Run] {
    var runs: [Run] = []
    for (index, step) in steps.enumerated() {
      if case .rows = step.domain, var run = runs.last, run.section.accepts(step, in: self) {
        run.section.append(step, in: self)
        runs[runs.count - 1] = Run(
          section: run.section, steps: run.steps + [step],
          indices: run.indices.lowerBound...index)
      } else {
        var section = SectionBuilder(domain: step.domain)
        section.append(step, in: self)
        runs.append(Run(section: section, steps: [step], indices: index...index))
      }
    }
    return runs
  }

  private func valuesRead(outside run: Run) -> Set<Value> {
    var read: Set<Value> = []
    for (index, step) in steps.enumerated() where !run.indices.contains(index) {
      read.formUnion(step.inputs + step.wholes)
    }
    return read
  }

  /// Lets the gradient's norm add up the slots of the chain before it.
  private mutating func joinSums() {
    for index in steps.indices.dropLast() {
      guard var chain = steps[index] as? Chain, let modes = chain.layout.sumModes,
        let norm = steps[index + 1] as? GradientNorm,
        norm.block.gradients == chain.layout.gradients,
        constants[modes]?.allSatisfy({ $0 == 1 }) == true
      else { continue }
      chain.layout.sumModes = nil
      steps[index] = chain
      steps[index + 1] = norm.adding(chain.layout.slots)
    }
  }
}
