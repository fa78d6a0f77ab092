import Checks
import Engine
import TestSupport
import Testing

@Suite struct GradientTests {
  @Test(
    "gradient agrees with central differences", .inReleaseBuilds,
    arguments: PrimitiveCase.all.filter { $0.kind == .smooth || $0.kind == .kinked })
  func centralDifferences(_ row: PrimitiveCase) throws {
    let fixture = Fixture(row)
    let program = CPUDevice<Double>().program(fixture.graph)
    try fixture.fill(program)
    program.run()
    let analytic = fixture.gradients.mapValues(program.elements)
    #expect(!analytic.isEmpty)
    var worst = 0.0
    for input in fixture.inputs {
      guard let gradient = analytic[input] else { continue }
      #expect(gradient.allSatisfy { $0.isFinite }, "\(row): \(input)")
      let x = program.elements(of: input)
      let largest = gradient.reduce(1e-3) { max($0, abs($1)) }
      for i in sampled(x.indices, most: fixture.graph.flops > 1_000_000 ? 4 : 200) {
        func total(_ moved: Double) -> Double {
          var elements = x
          elements[i] = moved
          program.set(elements, to: input)
          program.run()
          return program.elements(of: fixture.objective.total)[0]
        }
        let h = 1e-5 * max(1, abs(x[i]))
        let numeric = (total(x[i] + h) - total(x[i] - h)) / (2 * h)
        let difference = abs(numeric - gradient[i]) / largest
        // A maximum would not see nan.
        worst = difference <= worst ? worst : difference
      }
      program.set(x, to: input)
    }
    #expect(worst < 1e-6, "\(row): largest difference \(worst), relative to the largest gradient")
  }

  /// All elements of a small input, some spread over a large one.
  private func sampled(_ indices: Range<Int>, most: Int) -> [Int] {
    Array(stride(from: 0, to: indices.count, by: max(1, indices.count / most)))
  }
}
