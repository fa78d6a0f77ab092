import Checks
import Engine
import Models
import Testing

extension OnDevices {
  /// What happens over many batches: the clock, the order of the rows, the sums of an epoch.
  @Suite struct EpochTests {
    static var devices: [any Device] {
      [CPUDevice<Double>(), CPUDevice<Float>(threads: 2)] + OnDevices.devices
    }

    @Test("the clock on a device is the clock of the host")
    func clock() throws {
      let network = Network.layers([2, 3, 1], batch: 3000)
      for device in Self.devices {
        let program = try device.compile(network.graph)
        try network.fill(program)
        var expected = Clock(words: try program.readWords(network.clock))
        // 8192 rows in batches of 3000: the third has 2192.
        for step in 0..<7 {
          #expect(try program.readWords(network.clock) == expected.words, "\(device.name), \(step)")
          #expect(expected.validRows == (step % 3 == 2 ? 2192 : 3000))
          try program.run()
          expected.advance()
        }
        #expect(expected.epoch == 2)
      }
    }

    @Test("an epoch visits every row once, in a different order for each epoch")
    func everyRowOnce() throws {
      var graph = Graph()
      let clock = graph.clock()
      let table = graph.input(Shape(100, 1))
      let batch = graph.gather(table, columns: [0..<1], rows: 32, clock: clock, shuffles: true)[0]
      for device in Self.devices {
        let program = try device.compile(graph)
        try program.write((0..<100).map { Float($0) }, to: table)
        var orders: [[Float]] = []
        for epoch in 0..<2 {
          var state = Clock(seed: 4, rowCount: 100, batchRows: 32)
          state.epoch = UInt32(epoch)
          var order: [Float] = []
          for _ in 0..<4 {
            try program.writeWords(state.words, to: clock)
            try program.run()
            order += try program.read(batch).prefix(Int(state.validRows))
            state.advance()
          }
          #expect(order.sorted() == (0..<100).map { Float($0) }, "\(device.name)")
          orders.append(order)
        }
        #expect(orders[0] != orders[1] && orders[0] != orders[0].sorted(), "\(device.name)")
      }
    }

    @Test("epoch sums are the sums of the batches, and keep their digits")
    func epochSums() throws {
      let network = Network.layers([2, 3, 1], batch: 500)
      for device in Self.devices {
        let program = try device.compile(network.graph)
        try network.fill(program)
        try program.write([0], to: network.optimizer.learningRates)
        var (sum, rows) = (0.0, 0)
        for _ in 0..<34 {
          let valid = Clock(words: try program.readWords(network.clock)).validRows
          try program.run()
          rows += Int(valid)
          sum += Double(valid) * Double(try program.read(network.objective.total)[0])
        }
        let sums = try program.read(network.objective.epochSums).map { Double($0) }
        #expect(abs(sums[1] - sums[4] - sum) < 1e-6 * sum, "\(device.name): \(sums), \(sum)")
        #expect(sums[2] - sums[5] == Double(rows), "\(device.name)")
      }
    }

    @Test("a batch without valid rows has loss 0, not nan")
    func noValidRows() throws {
      let name = "affine coupling with its subnet"
      let row = try #require(PrimitiveCase.all.first { $0.name == name })
      let fixture = Fixture(row)
      for device in Self.devices {
        let program = try device.compile(fixture.graph)
        try fixture.fill(program)
        var clock = fixture.startClock
        clock.batch = 9
        #expect(clock.validRows == 0)
        try program.writeWords(clock.words, to: fixture.objective.clock)
        try fixture.run(program)
        #expect(try program.read(fixture.objective.total) == [0], "\(device.name)")
        #expect(!fixture.gradients.isEmpty)
        for gradient in fixture.gradients.values {
          #expect(try program.read(gradient).allSatisfy { $0 == 0 }, "\(device.name)")
        }
      }
    }

    @Test("a term of weight zero may be infinite without spoiling the total")
    func infiniteTerm() throws {
      var trace = ModelTrace()
      let objective = trace.graph.objective(
        ["used", "idle"], rows: 2, clock: trace.clock, prefix: "two.")
      let y = trace.graph.input(Shape(2, 1)), z = trace.graph.input(Shape(2, 1))
      let t = trace.graph.fill(Shape(2, 1), with: 0)
      trace.graph.squaredError(y, t, as: objective.term("used"))
      trace.graph.squaredError(z, t, as: objective.term("idle"))
      trace.graph.sum(objective)
      for device in Self.devices {
        let program = try device.compile(trace.graph)
        try program.writeWords(Clock(rowCount: 2, batchRows: 2).words, to: trace.clock)
        try program.write([2, 0], to: objective.weights)
        try program.write([3, 1], to: y)
        try program.write([.infinity, 1], to: z)
        try program.run()
        #expect(try program.read(objective.total) == [10], "\(device.name)")
        #expect(try program.read(objective.components)[1] == .infinity, "\(device.name)")
      }
    }
  }
}
