import COpenCL
import Checks
import Engine
import OpenCLBackend
import Randomness
import TestSupport
import Testing

extension OnDevices {
  /// The primitive table on every OpenCL device of the machine.
  @Suite(.needsOpenCL, .inReleaseBuilds) struct DeviceTests {
    @Test("every OpenCL device agrees with the reference", arguments: PrimitiveCase.all)
    func agreesWithReference(_ row: PrimitiveCase) throws {
      for device in OnDevices.devices {
        let report = try row.check(on: device, traits: device.traits)
        print("\(device.name) \(row): largest difference \(report.worst), bound \(row.bound)")
        #expect(report.worst <= row.bound, "\(device.name), \(row): \(report.worstOfKernel)")
        #expect(report.isRepeatable, "\(device.name), \(row): two runs differ")
        #expect(report.keepsPadding, "\(device.name), \(row): padding is not zero")
      }
    }

    @Test(
      "the library's matrix product is another row of the table",
      .enabled(if: clblast_is_present()), arguments: denseCases)
    func libraryProduct(_ row: PrimitiveCase) throws {
      var settings = OpenCLSettings.fromEnvironment()
      settings.libraryProductThreshold = 0
      for device in OpenCLDevice.discover(settings).devices {
        let report = try row.check(on: device, traits: device.traits)
        #expect(report.worstOfKernel["CLBlastSgemm"] != nil)
        #expect(report.worst <= row.bound, "\(device.name), \(row): \(report.worstOfKernel)")
      }
    }

    @Test("products of every size agree with the reference")
    func products() throws {
      for tile in ProductTile.all { #expect(tile.isUsable, "\(tile)") }
      for device in OnDevices.devices(asCPUs: false) {
        defer { device.products = ProductTuning() }
        for row in PrimitiveCase.tuned {
          device.products = ProductTuning(standard: row.choice)
          let report = try row.check(on: device, traits: device.traits)
          #expect(report.passed, "\(device.name), \(row): \(report.worstOfKernel)")
        }
      }
    }

    @Test("chains agree with the reference, on every kind of device", arguments: [true, false])
    func chains(onCPUs: Bool) throws {
      #expect(PrimitiveCase.joined.count > 30)
      for device in OnDevices.devices(asCPUs: onCPUs) {
        for row in PrimitiveCase.joined {
          let report = try row.check(on: device, traits: device.traits)
          print("\(device.name) \(row): largest difference \(report.worst), bound \(row.bound)")
          #expect(report.worst <= row.bound, "\(device.name), \(row): \(report.worstOfKernel)")
          #expect(report.isRepeatable, "\(device.name), \(row): two runs differ")
          #expect(report.keepsPadding, "\(device.name), \(row): padding is not zero")
        }
      }
    }

    /// Rows that the product of a library can stand in for.
    static let denseCases = PrimitiveCase.all.filter {
      $0.name.contains("dense") && $0.precision == .fp32
    }

    @Test("noise on a device is the specified noise, to the bit")
    func noise() throws {
      var graph = Graph()
      let clock = graph.clock()
      let statistics = graph.input(Shape(500, 2 * 37))
      let z = graph.reparameterize(statistics, clock: clock)
      var start = Clock(seed: 99, rowCount: 500, batchRows: 500)
      start.step = 12
      var expected = [Double](repeating: 0, count: z.shape.count)
      Double.normals(
        NoiseKey(seed: 99, stream: .latent, step: 12), rows: 0..<500, columns: 37, into: &expected)
      for device in [CPUDevice<Float>()] as [any Device] + OnDevices.devices {
        let program = try device.compile(graph)
        // μ = 0 and log σ² = 0: z is the noise itself.
        try program.writeWords(start.words, to: clock)
        try program.run()
        #expect(
          try program.read(z).map(\.bitPattern) == expected.map { Float($0).bitPattern },
          "on \(device.name)")
      }
    }
  }
}
