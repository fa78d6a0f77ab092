import Checks
import Engine
import Models
import Testing

extension OnDevices {
  /// A validation graph reads what a training graph updates, wherever both run.
  @Suite struct SharingTests {
    @Test("a graph without gradients shares the parameters of a graph with gradients")
    func validation() throws {
      let devices: [any Device] = [CPUDevice<Float>(threads: 2)] + OnDevices.devices
      for device in devices {
        let network = Network.layers([3, 5, 2], batch: 8)
        let training = try device.compile(network.graph)
        try network.fill(training)
        var trace = ModelTrace(clock: "validation.clock")
        let x = trace.graph.input(Shape(4, 3))
        let hidden = trace.dense([x.all], width: 5, name: "layer0", activation: .tanh)
        let y = trace.dense([hidden.all], width: 2, name: "layer1")
        let validation = try device.compile(trace.graph, sharing: training)
        try validation.write([Float](repeating: 0.5, count: 12), to: x)
        try validation.run()
        let before = try validation.read(y)
        for _ in 0..<20 { try training.run() }
        try validation.run()
        #expect(try validation.read(y) != before, "\(device.name)")
        for (mine, theirs) in zip(trace.graph.parameters, network.graph.parameters) {
          #expect(try validation.read(mine.value) == training.read(theirs.value))
        }
      }
    }
  }
}
