/// What a device runs: launches, and a graph that has their values.
///
/// Values are those of the graph that was lowered and, after them, those that only the device needs.
package struct DevicePlan {
  package let graph: Graph
  package let steps: [Step]

  /// What was one step of the graph, or a chain of them.
  package struct Step {
    package let launches: [Launch]
    /// The values that the launches compute.
    package let results: [Value]
    /// The matrix products among them whose kernels can be chosen.
    let products: [ProductShape]
  }

  package var launches: [Launch] { steps.flatMap(\.launches) }

  /// The kernels that were written for this graph; those of one shape are a program.
  package var chains: [[GeneratedKernel]] {
    var programs: [[GeneratedKernel]] = []
    for case .kernel(let launch) in launches {
      guard let kernel = launch.text else { continue }
      if let index = programs.firstIndex(where: { $0[0].shape == kernel.shape }) {
        programs[index].append(kernel)
      } else {
        programs.append([kernel])
      }
    }
    return programs
  }
}

extension Graph {
  /// The graph as a device runs it: row-local steps joined into chains, where that was asked for.
  package func lowered(for device: LaunchTraits) -> DevicePlan {
    var lowering = DeviceLowering(self, for: device)
    if joinsSteps {
      for run in runs(of: steps) { lowering.append(run) }
    } else {
      for step in steps { lowering.append(step) }
    }
    return lowering.finish()
  }

  /// The commands a device runs to execute the graph once.
  package func launches(for device: LaunchTraits) -> [Launch] { lowered(for: device).launches }

  /// The kernels of each step and the values that they compute.
  package func results(
    for device: LaunchTraits
  ) -> [(kernels: Set<String>, values: [Value])] {
    lowered(for: device).steps.map { (Set($0.launches.map(\.name)), $0.results) }
  }

  /// The matrix products that a device computes by kernels of their own, not in a chain, and how
  /// often each occurs.
  package func products(on device: LaunchTraits) -> [ProductShape: Int] {
    let shapes = lowered(for: device).steps.flatMap(\.products)
    return Dictionary(shapes.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
