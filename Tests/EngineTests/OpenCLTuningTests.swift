import Engine
import Glibc
import Machine
import OpenCLBackend
import TestSupport
import Testing

extension OnDevices {
  /// The tuner, and the file of what it found.
  @Suite(.needsOpenCL) struct TuningTests {
    private static let shape = ProductShape(.backward, rows: 70, columns: 40, depth: 130)
    private static let product = TunedProduct(
      shape, .tiles(ProductTile.all[5], parts: 2), microseconds: 12.25, error: 1e-7)

    /// Seconds in which every kernel is tried, however busy the machine.
    private static let ample = 3600.0

    @Test("the chosen kernel is correct, and is read from the file later", .inReleaseBuilds)
    func tune() throws {
      for device in OnDevices.devices(asCPUs: false) {
        let shapes = ProductShape.Role.allCases.map {
          ProductShape($0, rows: 70, columns: 40, depth: 130)
        }
        let tuner = ProductTuner(device, seconds: Self.ample)
        let results = try tuner.tune(
          Dictionary(shapes.map { ($0, 1) }, uniquingKeysWith: +))
        #expect(results.count == shapes.count)
        for result in results {
          print("\(device.name): \(result.product), standard \(result.standardMicroseconds) µs")
          #expect(result.candidates >= 1 && result.product.error <= 2e-5)
          if case .tiles = result.product.choice { #expect(result.product.error <= 1e-6) }
          #expect(result.product.microseconds <= result.standardMicroseconds)
          #expect(ProductChoice(text: result.product.choice.text[...]) == result.product.choice)
        }
        #expect(device.products == ProductTuning(), "the tuner leaves the device as it was")
      }
    }

    @Test("a faster kernel with wrong results is not chosen", .inReleaseBuilds)
    func wrongKernel() throws {
      let workshop = try Workshop(["lanes", "activation", "precision", "tile", "dense"])
      let right = try workshop.embedded("dense.cl")
      // Tiles of sixteen columns are wrong, and nothing is as fast.
      let wrong = "#if PRODUCT_COLUMNS == 16\n#define activate_quad(a, x) 0.0f\n#endif\n" + right
      try workshop.replace("dense.cl", with: wrong)
      let index = try #require(OnDevices.devices.first).properties.index
      let shape = ProductShape(.forward, rows: 16, columns: 16, depth: 16)
      let device = try workshop.device(index)
      let probe = ProductProbe(shape)
      func results(_ choice: ProductChoice) throws -> [[Float]] {
        device.products = ProductTuning(standard: choice)
        let program = try device.program(probe.graph)
        try probe.fill(program)
        try probe.poison(program)
        try program.run()
        return try probe.results.map { try program.read($0) }
      }
      let expected = try results(.standard)
      for tile in ProductTile.all {
        let difference = ProductProbe.difference(try results(.tiles(tile)), expected)
        if tile.columns == 16 {
          #expect(difference > 2e-5, "\(tile)")
        } else {
          // Slices of work-items add in another order.
          #expect(difference <= 1e-6, "\(tile)")
        }
      }
      device.products = ProductTuning()
      let best = try ProductTuner(device, seconds: Self.ample).tune([shape: 1]).map(
        \.product.choice)
      for case .tiles(let tile, _) in best { #expect(tile.columns != 16) }
      #expect(best.count == 1)
    }

    @Test("the file reads back, and grows")
    func roundTrip() throws {
      let workshop = try Workshop([])
      let file = try Self.file(in: workshop)
      #expect(file.load().products.isEmpty && file.load().problem == nil)
      #expect(file.add([Self.product]))
      #expect(file.load().products == [Self.product] && file.load().problem == nil)
      let other = TunedProduct(
        ProductShape(.forward, rows: 1, columns: 2, depth: 3), .library, microseconds: 3, error: 0)
      #expect(file.add([other]))
      #expect(Set(file.load().products) == [Self.product, other])
      let better = TunedProduct(Self.shape, .standard, microseconds: 1, error: 0)
      #expect(file.add([better]))
      #expect(Set(file.load().products) == [better, other])
      #expect(workshop.cacheFiles == [file.path], "no temporary file is left")
    }

    @Test("what several tuners add at the same time is all kept")
    func together() throws {
      let file = try Self.file(in: Workshop([]))
      let added = ParallelParts.run(24, threads: 4) { number in
        file.add([
          TunedProduct(
            ProductShape(.forward, rows: number + 1, columns: 2, depth: 3), .standard,
            microseconds: 1, error: 0)
        ])
      }
      #expect(added.allSatisfy { $0 } && file.load().products.count == 24)
    }

    @Test("a damaged file, or one of another device, is ignored with a warning")
    func damaged() throws {
      let workshop = try Workshop([])
      let file = try Self.file(in: workshop)
      #expect(file.add([Self.product]))
      let good = String(decoding: try #require(workshop.read(file.path)), as: UTF8.self)
      for (bad, expected) in [
        ("", "not of this device"), ("\0\u{1}", "not of this device"),
        (good.replacing("device ", with: "device other "), "not of this device"),
        (good.replacing("implode-tuning 1", with: "implode-tuning 2"), "not of this device"),
        (String(good.dropLast()), "the last line is cut short"),
        (good + "forward 1 2 3 -> magic, 1 us, error 0\n", "line 7 is no tuned product: 'forward"),
        (good.replacing(" us", with: ""), "line 6"),
        (good.replacing("12.25", with: "nan"), "line 6"),
        (good.replacing("parts 2", with: "parts 5"), "line 6"),
      ] {
        try workshop.write(Array(bad.utf8), to: file.path)
        let loaded = file.load()
        #expect(loaded.products.isEmpty)
        #expect(loaded.problem?.contains(expected) == true, "\(loaded.problem ?? "none")")
        #expect(loaded.problem?.contains("\n") == false)
      }
      #expect(file.add([Self.product]), "and is written anew")
      #expect(file.load().products == [Self.product])
      unlink(file.path)
      mkdir(file.path, 0o700)
      #expect(file.load().problem?.hasSuffix("Is a directory") == true)
      #expect(!file.add([Self.product]))
      rmdir(file.path)
    }

    @Test("other kernels have another file")
    func kernels() throws {
      let workshop = try Workshop(["dense"])
      let first = try Self.file(in: workshop)
      try workshop.replace("dense.cl", with: "// nothing\n")
      #expect(try Self.file(in: workshop).path != first.path)
    }

    private static func file(in workshop: Workshop) throws -> TuningFile {
      let index = try #require(OnDevices.devices.first).properties.index
      return try #require(try workshop.device(index, caches: true).tuningFile())
    }
  }
}
