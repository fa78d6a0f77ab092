import Engine
import OpenCLBackend
import TestSupport
import Testing

extension OnDevices {
  /// What the OpenCL backend does besides arithmetic, on every device of the machine.
  @Suite struct OpenCLTests {
    static let devices = Array(OnDevices.devices.indices)

    @Test("a program shares the named values of another, and only those", arguments: devices)
    func sharing(index: Int) throws {
      let workshop = try Workshop(["add"])
      let device = try workshop.device(index)
      let (first, second) = (NamedSum(), NamedSum(extra: 3))
      var one: OpenCLProgram? = try device.program(first.graph)
      let two = try device.program(second.graph, sharing: one)
      try one?.write([1, 2, 3], to: first.named)
      try one?.write([9, 9, 9], to: first.input)
      #expect(try two.read(second.named) == [1, 2, 3])
      #expect(try two.read(second.input) == [0, 0, 0])
      // The optimizer would release the first program after its last use.
      let together = withExtendedLifetime(one) { device.bytesInUse }
      one = nil
      #expect(device.bytesInUse < together, "what is not shared is released with its program")
      try two.write([10, 20, 30], to: second.input)
      try two.run()
      #expect(try two.read(second.sum) == [11, 22, 33])
    }

    @Test("parameters and gradients are views of one block", arguments: devices)
    func views(index: Int) throws {
      let workshop = try Workshop([])
      let device = try workshop.device(index)
      var graph = Graph()
      let bias = graph.parameter("bias", Shape(1, 3), isRegularized: false)
      let weight = graph.parameter("weight", Shape(50, 3))
      let objective = graph.objective(["none"], rows: 1, clock: graph.clock())
      let block = graph.differentiate(objective)
      let program = try device.compile(graph)
      try program.write((0..<150).map { Float($0) }, to: weight)
      try program.write([-1, -2, -3], to: bias)
      let all = try program.read(block.parameters)
      #expect(all.count == 256 + 128)
      #expect(Array(all[..<150]) == (0..<150).map { Float($0) })
      #expect(Array(all[256..<259]) == [-1, -2, -3])
      #expect(all[150..<256].allSatisfy { $0 == 0 } && all[259...].allSatisfy { $0 == 0 })
      try program.write([Float](repeating: 5, count: all.count), to: block.parameters)
      #expect(try program.read(bias) == [5, 5, 5])
      #expect(try program.read(block.gradients).allSatisfy { $0 == 0 })
    }

    @Test("memory contains the constants, and zeros elsewhere", arguments: devices)
    func contents(index: Int) throws {
      let workshop = try Workshop([])
      var graph = Graph()
      let words: [UInt32] = [7, 0, .max, 1 << 31]
      let constant = graph.constant(words)
      let counter = graph.input(Shape(1, 5), kind: .word)
      let large = graph.input(Shape(1000, 100))
      let program = try workshop.device(index).compile(graph)
      #expect(try program.readWords(constant) == words)
      #expect(try program.readWords(counter) == [0, 0, 0, 0, 0])
      #expect(try program.read(large).allSatisfy { $0 == 0 })
    }

    @Test(
      "a graph that does not fit is refused with sizes, and its memory is released",
      arguments: devices)
    func refusal(index: Int) throws {
      let workshop = try Workshop(["add"])
      let device = try workshop.device(index)
      let properties = device.properties
      // The most elements that kernels can count; some devices give more in one piece.
      let countable = Int(Int32.max) / 1024
      var tall = Graph()
      _ = tall.input(Shape(1024, min(countable, properties.maximumAllocation / 4096) + 1))
      let one = try #require(throws: OpenCLError.self) { try device.program(tall) }
      #expect("\(one)".contains("a 1024×"))
      if properties.maximumAllocation / 4096 < countable {
        #expect("\(one)".contains("\(properties.maximumAllocation >> 20) MiB in one piece"))
        #expect(one.hint.contains("smaller batch"))
      }

      var wide = Graph()
      let shape = Shape(1024, min(countable, properties.maximumAllocation / 4096))
      let count = properties.memoryBytes / (4 * shape.count) + 2
      for _ in 0..<count { _ = wide.input(shape) }
      let all = try #require(throws: OpenCLError.self) { try device.program(wide) }
      let needed = (count * shape.count * 4 + (1 << 20) - 1) >> 20
      #expect("\(all)".contains("on '\(device.name)': the graph needs \(needed) MiB"))

      #expect(device.bytesInUse == 0)
      #expect(try workshop.addsUp(on: device))
    }

    @Test("values are packed in order, aligned, into as few buffers as the limit allows")
    func packing() {
      var graph = Graph()
      let values = [10, 1, 100, 64, 3].map { graph.input(Shape(1, $0)) }
      let loose = ArenaPlan(values, alignment: 128, limit: 10_000)
      #expect(loose.places.map(\.offset) == [0, 128, 256, 768, 1024])
      #expect(loose.bufferSizes == [1036])
      let tight = ArenaPlan(values, alignment: 128, limit: 512)
      #expect(tight.places.map(\.buffer) == [0, 0, 1, 2, 2])
      #expect(tight.places.map(\.offset) == [0, 128, 0, 0, 256])
      #expect(tight.bufferSizes == [132, 400, 268])
      #expect(ArenaPlan([], alignment: 128, limit: 512).byteCount == 0)
    }

    @Test("a program can be deallocated while it runs", arguments: devices)
    func dropped(index: Int) throws {
      let workshop = try Workshop(["add"])
      let device = try workshop.device(index)
      for _ in 0..<3 {
        let sum = NamedSum(columns: 100_000)
        let program = try device.program(sum.graph)
        for _ in 0..<20 { try program.run() }
      }
      #expect(device.bytesInUse == 0)
      #expect(try workshop.addsUp(on: device))
    }

    @Test("a machine without devices says what to install")
    func noDevice() throws {
      let nothing = OpenCLDiscovery(devices: [], reason: "no OpenCL driver is installed")
      let error = try #require(throws: OpenCLError.self) { try nothing.device() }
      #expect("\(error)" == "OpenCL: no device: no OpenCL driver is installed")
      #expect(error.hint.contains("pocl-opencl-icd") && error.hint.contains("implode devices"))
    }

    @Test("an unknown device is an error that lists the devices", .needsOpenCL)
    func unknownDevice() throws {
      let found = OpenCLDevice.discover()
      let first = try #require(found.devices.first)
      let error = try #require(throws: OpenCLError.self) { try found.device(at: 99) }
      #expect("\(error)" == "OpenCL: no device 99")
      #expect(error.hint.contains("0 (\(first.name))"))
      #expect(try found.device(at: 0) === first)
    }

    @Test(
      "statuses have names",
      arguments: [
        (-5, "CL_OUT_OF_RESOURCES"), (-61, "CL_INVALID_BUFFER_SIZE"),
        (-1011, "matrix A is too small"),
        (-2039, "unexpected exception"), (-3001, "not installed"), (12345, "unknown status"),
      ] as [(Int32, String)])
    func names(code: Int32, part: String) {
      let error = OpenCLError("clSomething", status: code, device: "D")
      #expect(OpenCLError.name(of: code).contains(part))
      #expect("\(error)".hasPrefix("OpenCL on 'D': clSomething ("))
      #expect("\(error)".hasSuffix(", \(code))"))
      #expect(!error.hint.isEmpty)
    }

    @Test("every status of CLBlast has a name, and every error a hint")
    func libraryNames() {
      for code in Array(Int32(-1024) ... -1007) + Array(-2050 ... -2039) where code != -1023 {
        let error = OpenCLError("CLBlastSgemm", status: code, device: "D")
        #expect(OpenCLError.name(of: code).hasPrefix("CLBlast: "), "\(code)")
        #expect(!error.hint.isEmpty && "\(error)".contains(OpenCLError.name(of: code)), "\(code)")
      }
    }
  }
}
