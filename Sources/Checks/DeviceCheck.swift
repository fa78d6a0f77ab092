package import Engine

/// What one case showed on one device.
package struct CaseReport: Sendable {
  package let name: String
  package let bound: Double
  /// The largest error, relative to max(1, |reference|).
  package let worst: Double
  /// The same for each kernel, over the values that its step computes.
  package let worstOfKernel: [String: Double]
  /// A second run gave the same bits.
  package let isRepeatable: Bool
  /// What lies between parameters, and between their gradients, is still zero.
  package let keepsPadding: Bool

  package init(
    name: String, bound: Double, worst: Double, worstOfKernel: [String: Double],
    isRepeatable: Bool, keepsPadding: Bool = true
  ) {
    (self.name, self.bound, self.worst) = (name, bound, worst)
    (self.worstOfKernel, self.isRepeatable) = (worstOfKernel, isRepeatable)
    self.keepsPadding = keepsPadding
  }

  package var passed: Bool { worst <= bound && isRepeatable && keepsPadding }
}

extension PrimitiveCase {
  /// Runs the case on `device` and on the reference and compares every value of the graph.
  package func check(on device: any Device, traits: LaunchTraits) throws -> CaseReport {
    let fixture = Fixture(self)
    let reference = CPUDevice<Double>().program(fixture.graph)
    try fixture.fill(reference)
    try fixture.run(reference)
    let program = try device.compile(fixture.graph)
    let first = try fixture.results(of: program)
    let second = try fixture.results(of: program)
    var worst = 0.0
    var worstOfKernel: [String: Double] = [:]
    for result in fixture.graph.results(for: traits) {
      var error = 0.0
      for value in result.values where value.kind == .real {
        error = max(
          error, Self.error(of: first[value] ?? [], against: reference.elements(of: value)))
      }
      worst = max(worst, error)
      for kernel in result.kernels {
        worstOfKernel[kernel] = max(worstOfKernel[kernel] ?? 0, error)
      }
    }
    let isRepeatable = first.allSatisfy { value, elements in
      elements.map(\.bitPattern) == (second[value] ?? []).map(\.bitPattern)
    }
    return CaseReport(
      name: description, bound: bound, worst: worst, worstOfKernel: worstOfKernel,
      isRepeatable: isRepeatable, keepsPadding: fixture.hasCleanPadding(first))
  }

  /// The largest |x − reference| / max(1, |reference|); infinite where only one is a number.
  package static func error(of elements: [Float], against reference: [Double]) -> Double {
    guard elements.count == reference.count else { return .infinity }
    return zip(elements, reference).reduce(0) { worst, pair in
      let (actual, expected) = (Double(pair.0), pair.1)
      // What overflows in Float is infinite there, and rightly so.
      if Float(expected).isInfinite && actual == Double(Float(expected)) { return worst }
      if expected.isNaN && actual.isNaN { return worst }
      let error = abs(actual - expected) / max(1, abs(expected))
      return error.isNaN ? .infinity : max(worst, error)
    }
  }
}

extension Fixture {
  /// Whether the gaps of the parameter block and of its gradients hold zeros.
  func hasCleanPadding(_ results: [Value: [Float]]) -> Bool {
    guard let block = graph.block else { return true }
    for whole in [block.parameters, block.gradients] {
      var rest = results[whole] ?? []
      for (value, view) in graph.views where view.parent == whole {
        let range = view.offset..<view.offset + value.shape.count
        rest.replaceSubrange(range, with: repeatElement(0, count: range.count))
      }
      if rest.contains(where: { $0 != 0 }) { return false }
    }
    return true
  }

  /// Every value after a run from the start.
  package func results(of program: any Program) throws -> [Value: [Float]] {
    for value in graph.values where value.kind == .real && graph.views[value] == nil {
      try program.write([Float](repeating: 0, count: value.shape.count), to: value)
    }
    try fill(program)
    try run(program)
    var results: [Value: [Float]] = [:]
    for value in graph.values where value.kind == .real {
      results[value] = try program.read(value)
    }
    return results
  }
}
