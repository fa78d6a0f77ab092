/// Weight gradients that are computed together, before the first step that is concerned by them.
struct PendingGradients {
  private(set) var gradients: [WeightGradient] = []

  var isEmpty: Bool { gradients.isEmpty }

  mutating func append(_ gradient: WeightGradient) { gradients.append(gradient) }

  /// Whether a step reads or writes what they write, or writes what they read.
  func concern(_ step: some Step, in graph: Graph) -> Bool {
    let (read, written) = (step.inputs + step.wholes, step.outputs + step.sums)
    return gradients.contains { gradient in
      Self.overlap(gradient.reads, written, in: graph)
        || Self.overlap(gradient.results.map(\.value), read + written, in: graph)
    }
  }

  /// Whether another gradient is a further contribution to what they write.
  func concern(_ other: WeightGradient, in graph: Graph) -> Bool {
    gradients.contains {
      Self.overlap($0.results.map(\.value), other.results.map(\.value) + other.reads, in: graph)
    }
  }

  /// Views of one value do not overlap, other than with that value.
  private static func overlap(_ a: [Value], _ b: [Value], in graph: Graph) -> Bool {
    a.contains { a in
      b.contains { b in
        a == b || graph.home(of: a).parent == b || graph.home(of: b).parent == a
      }
    }
  }
}
