extension Graph {
  /// The graph as a device runs it: an update's steps as one, and row-local steps joined into chains,
  /// where that was asked for.
  ///
  /// Its values are those of this graph and, after them, those that only the device needs.
  package func lowered(for device: LaunchTraits) -> Graph {
    var result = self
    if joinsSteps {
      result.steps = []
      for run in runs { append(run, to: &result, device) }
      result.joinSums()
    }
    result.joinUpdate()
    for index in result.steps.indices {
      result.steps[index] = result.steps[index].prepared(for: device, in: &result)
    }
    return result
  }

  /// Appends a run as one chain or, where some of its steps cannot be part of it, those in between
  /// as chains.
  private func append(_ run: Run, to result: inout Graph, _ device: LaunchTraits) {
    if let chain = chain(run, in: &result, device) { return result.steps.append(chain) }
    for piece in run.pieces(where: { $0.sums.isEmpty && $0.chained(on: device) != nil }) {
      if let chain = chain(piece, in: &result, device) {
        result.steps.append(chain)
      } else {
        result.steps += piece.steps
      }
    }
  }

  /// Nil if that would save nothing, or if the steps cannot all be part of a chain.
  private func chain(_ run: Run, in result: inout Graph, _ device: LaunchTraits) -> Chain? {
    guard run.steps.count > 1, case .rows = run.domain else { return nil }
    let read = valuesRead(outside: run)
    return ChainBuilder(run.steps, in: self, readElsewhere: read, device: device)?
      .build(into: &result, domain: run.domain, device: device)
  }

  private struct Run {
    var section: SectionBuilder
    var steps: [any Primitive]
    let indices: ClosedRange<Int>
    var domain: Domain { section.domain }

    /// Neighbours that all satisfy a condition, and every other step for itself.
    func pieces(where isSuitable: (any Primitive) -> Bool) -> [Run] {
      var pieces: [Run] = []
      var continues = false
      for (step, index) in zip(steps, indices) {
        let suits = isSuitable(step)
        if continues, suits, let last = pieces.popLast() {
          pieces.append(
            Run(
              section: section, steps: last.steps + [step],
              indices: last.indices.lowerBound...index))
        } else {
          pieces.append(Run(section: section, steps: [step], indices: index...index))
        }
        continues = suits
      }
      return pieces
    }
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
