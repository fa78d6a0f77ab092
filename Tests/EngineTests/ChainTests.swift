import Checks
import OpenCLBackend
import TestSupport
import Testing

@testable import Engine

extension OnDevices {
  /// Steps joined to a chain, beside the same steps one by one.
  @Suite struct ChainTests {
    /// Batches of fewer rows than a tile, of many tiles, and of so many that tiles are larger.
    static let networks: [Network] = [
      .variational(hidden: 20, latent: 7, batch: 11),
      .variational(hidden: 20, latent: 7, batch: 500),
      .variational(hidden: 33, latent: 7, batch: 4100),
      .flow(couplings: 3, hidden: [24, 20], batch: 300),
      .flow(couplings: 12, hidden: [64, 65], batch: 30),
      .layers([3, 5, 2], batch: 70),
    ]

    /// A layer in the middle has too many weights for a chain on a GPU.
    static let partly: [Network] = [
      .layers([5, 300, 260, 7], batch: 50), .layers([5, 24, 300, 260, 20, 7], batch: 130),
    ]

    @Test(
      "a chain computes what its steps compute", .needsOpenCL, .inReleaseBuilds,
      arguments: (networks + partly).indices,
      [true, false])
    func agreement(_ index: Int, onCPUs: Bool) throws {
      let network = (Self.networks + Self.partly)[index]
      for device in OnDevices.devices(asCPUs: onCPUs) {
        let plain = try Self.parameters(of: network, after: 3, on: device)
        let joined = try Self.parameters(of: network.joined, after: 3, on: device)
        let again = try Self.parameters(of: network.joined, after: 3, on: device)
        let error = PrimitiveCase.error(of: joined, against: plain.map(Double.init))
        // An update moves a parameter by 1e-3, whatever the size of its gradient.
        #expect(error < 2e-5, "\(device.name), \(network.name)")
        #expect(joined.map(\.bitPattern) == again.map(\.bitPattern), "two runs differ")
      }
    }

    @Test("a step of a small network is four launches")
    func launches() {
      for network in Self.networks {
        let names = network.joined.graph.launches(for: .plain).map(\.name)
        #expect(names == ["chain", "weight_gradients", "gradient_norm", "adam"])
      }
    }

    @Test("a tile and what is exchanged fit the memory of a work-group", arguments: [8192, 12288])
    func localMemory(_ reals: Int) throws {
      let traits = LaunchTraits(isCPU: false, libraryProductThreshold: .max, localReals: reals)
      for shape in ChainShape.candidates(rows: 5000, on: traits) where shape.isLocal {
        for exchanged in stride(from: 0, to: 4352, by: 4) {
          let columns = try #require(shape.capacity(exchanging: exchanged))
          #expect(columns > 0 && shape.size(columns: columns) + exchanged <= reals)
        }
      }
    }

    @Test("equal couplings are a loop, not as many copies")
    func loops() throws {
      func length(couplings: Int) throws -> Int {
        let graph = Network.flow(couplings: couplings, hidden: [128, 128], batch: 512).joined.graph
        let text = try #require(graph.lowered(for: .plain).chains.first?.first).text
        #expect(text.contains("for (int i = 0;"))
        return text.split(separator: "\n").count
      }
      #expect(try length(couplings: 20) == length(couplings: 16))
    }

    @Test("steps before and after wide layers are joined")
    func pieces() {
      // Before them, up to the loss and back, and at last what comes before them again.
      for (network, count) in zip(Self.partly, [2, 3]) {
        let names = network.joined.graph.launches(for: .plain).map(\.name)
        #expect(names.first == "chain", "\(network.name)")
        #expect(names.filter { $0.hasPrefix("chain") }.count == count, "\(network.name)")
        #expect(!names.contains { $0.hasSuffix("_step") }, "\(network.name)")
      }
    }

    @Test("without the option, no steps are joined")
    func unchanged() {
      let graph = Self.networks[0].graph
      let chained = Self.networks[0].joined.graph.lowered(for: .plain)
      #expect(graph.lowered(for: .plain).steps.count > 2 * chained.steps.count)
      #expect(!graph.launches(for: .plain).contains { $0.name == "chain" })
    }

    private static func parameters(
      of network: Network, after steps: Int, on device: any Device
    ) throws -> [Float] {
      let program = try device.compile(network.graph)
      try network.fill(program)
      for _ in 0..<steps { try program.run() }
      try program.synchronize()
      return try network.graph.parameters.flatMap { try program.read($0.value) }
    }
  }
}
