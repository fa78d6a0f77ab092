import Checks
import Engine
import Testing

/// What launches are said to do, for models of their time.
@Suite struct LaunchRecordTests {
  @Test(
    "launches do together what the graph does", arguments: PlanTests.networks.indices,
    [true, false])
  func complete(_ index: Int, isCPU: Bool) {
    let graph = PlanTests.networks[index].graph
    let plan = graph.lowered(
      for: LaunchTraits(isCPU: isCPU, libraryProductThreshold: .max))
    let records = plan.records(of: graph)
    #expect(records.map(\.kernel) == plan.launches.map(\.name))
    let multiplyAdds = records.reduce(0) { $0 + $1.multiplyAdds + $1.weightMultiplyAdds }
    #expect(multiplyAdds == graph.flops / 2)
    for record in records {
      #expect(record.groups > 0 && record.items > 0)
      #expect(record.bytesRead >= 0 && record.bytesWritten >= 0)
    }
    #expect(records.contains { $0.bytesRead > 0 } && records.contains { $0.bytesWritten > 0 })
  }

  @Test("every number of a layer is counted once")
  func layer() throws {
    var graph = Graph()
    let x = graph.input(Shape(64, 32))
    let (w, b) = (graph.resident("w", Shape(16, 32)), graph.resident("b", Shape(1, 16)))
    _ = graph.dense(x, weight: w, bias: b, activation: .tanh)
    let record = try #require(graph.lowered(for: .plain).records(of: graph).first)
    #expect(record.multiplyAdds == 64 * 32 * 16 && record.weightMultiplyAdds == 0)
    #expect(record.bytesRead == 4 * (64 * 32 + 16 * 32 + 16))
    #expect(record.bytesWritten == 4 * 64 * 16)
    #expect(record.bytesOfWeights == 4 * 16 * 32 && record.depth == 32 && record.steps == 1)
  }

  @Test("barriers of a chain are counted, those of twenty couplings twenty times")
  func barriers() throws {
    func barriers(_ couplings: Int) throws -> Int {
      let graph = Network.flow(couplings: couplings, hidden: [16], batch: 64).joined.graph
      let records = graph.lowered(for: .plain).records(of: graph)
      return try #require(records.first).barriers
    }
    let (few, many) = (try barriers(6), try barriers(26))
    #expect(few > 0 && (many - few).isMultiple(of: 20) && many > 3 * few)
  }
}
