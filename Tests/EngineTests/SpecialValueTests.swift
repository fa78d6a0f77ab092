import Checks
import Engine
import OpenCLBackend
import Testing

extension OnDevices {
  /// Zeros, huge and tiny numbers, infinities and nan give on every device what the reference gives.
  @Suite struct SpecialValueTests {
    static let specials: [Double] = [0, -0.0, 1e-30, -1e-30, 80, -80, 1e4, -1e4, 1e30, -1e30]

    static var devices: [(any Device, LaunchTraits)] {
      return [(CPUDevice<Float>(threads: 1), .plain)]
        + OnDevices.devices.map { ($0, $0.traits) }
    }

    @Test("special values", arguments: PrimitiveCase.special)
    func agree(_ row: PrimitiveCase) throws {
      for (device, traits) in Self.devices {
        let report = try row.check(on: device, traits: traits)
        #expect(report.passed, "\(device.name), \(row): \(report.worstOfKernel)")
      }
    }

    @Test("a nan in the input gives a nan in the output", arguments: Activation.allCases)
    func nanSpreads(_ activation: Activation) throws {
      var graph = Graph()
      let x = graph.input(Shape(2, 1)), w = graph.input(Shape(1, 1)), b = graph.input(Shape(1, 1))
      let y = graph.dense(x, weight: w, bias: b, activation: activation)
      for (device, _) in Self.devices {
        let program = try device.compile(graph)
        try program.write([1], to: w)
        try program.write([.nan, 0.5], to: x)
        try program.run()
        let result = try program.read(y)
        #expect(result[0].isNaN && result[1].isFinite, "\(device.name): \(result)")
      }
    }

    @Test("two atoms in one place cost a large finite energy, with a finite gradient")
    func coincidentAtoms() throws {
      let row = PrimitiveCase.coincidentAtoms
      let fixture = Fixture(row)
      for (device, _) in Self.devices {
        let results = try fixture.results(of: device.compile(fixture.graph))
        let total = results[fixture.objective.total]?[0] ?? .nan
        #expect(total.isFinite && total > 1e3, "\(device.name): \(total)")
        #expect(!fixture.gradients.isEmpty)
        for gradient in fixture.gradients.values {
          #expect(results[gradient]?.allSatisfy(\.isFinite) == true, "\(device.name)")
        }
      }
    }

    @Test("a component of weight 0 is never sampled")
    func emptyComponents() throws {
      // Shares of 1/3 do not add up to 1 exactly; behind them is a component with e⁻⁴⁰.
      let mixture = Mixture(components: 4, columns: 1, deviations: 1e-3...1)
      var graph = Graph()
      let parameters = graph.input(Shape(4, mixture.width))
      let z = graph.input(Shape(4, mixture.latentWidth))
      let y = graph.mixtureSample(parameters, z: z, mixture)
      let row: [Float] = [0, 0, 0, -40] + [1, 2, 3, 100] + [0, 0, 0, 0]
      for (device, _) in Self.devices {
        let program = try device.compile(graph)
        try program.write([row, row, row, row].flatMap { $0 }, to: parameters)
        try program.write([-9, 0, -0.1, 0, 5.5, 0, 9, 0], to: z)
        try program.run()
        #expect(try program.read(y) == [1, 2, 3, 3], "\(device.name)")
      }
    }

    @Test("a step that is not finite changes no parameter and is counted")
    func nonFiniteStep() throws {
      let network = Network.layers([3, 4, 2], batch: 16)
      for (device, _) in Self.devices {
        let program = try device.compile(network.graph)
        try network.fill(program)
        try program.run()
        var table = try program.read(network.table)
        let good = table
        table.replaceSubrange(table.indices, with: repeatElement(.nan, count: table.count))
        let before = try network.graph.parameters.map { try program.read($0.value) }
        try program.write(table, to: network.table)
        for _ in 0..<2 { try program.run() }
        let after = try network.graph.parameters.map { try program.read($0.value) }
        #expect(before == after, "\(device.name)")
        var clock = Clock(words: try program.readWords(network.clock))
        #expect((clock.step, clock.skipped, clock.firstSkipped) == (3, 2, 1), "\(device.name)")
        let sums = try program.read(network.objective.epochSums)
        #expect(sums[2] == 16 && sums.allSatisfy(\.isFinite), "\(device.name): \(sums)")
        try program.write(good, to: network.table)
        try program.run()
        clock = Clock(words: try program.readWords(network.clock))
        #expect(clock.skipped == 2)
        #expect(try network.graph.parameters.map { try program.read($0.value) } != after)
      }
    }
  }
}
