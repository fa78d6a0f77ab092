import Checks
import Engine
import Glibc
import KernelSources
import OpenCLBackend
import TestSupport
import Testing

extension OnDevices {
  /// The kernels for tensor cores, whose one instruction is emulated: all of them but that.
  @Suite(.needsOpenCL, .inReleaseBuilds) struct TensorTests {
    @Test("products by warps agree with the reference", arguments: PrimitiveCase.narrowed)
    func agreement(_ row: PrimitiveCase) throws {
      for device in OnDevices.byWarps {
        let report = try row.check(on: device, traits: device.traits)
        print("\(device.name) \(row): largest difference by warps \(report.worst)")
        #expect(report.worst <= row.bound, "\(device.name), \(row): \(report.worstOfKernel)")
        #expect(report.isRepeatable, "\(device.name), \(row): two runs differ")
        #expect(report.keepsPadding, "\(device.name), \(row): padding is not zero")
        let kernels = report.worstOfKernel.keys.filter { $0.hasPrefix("dense") }
        #expect(kernels.allSatisfy { $0.hasPrefix("dense_warps") } && !kernels.isEmpty)
      }
    }

    @Test("narrow layers and fp32 are not computed by warps")
    func others() throws {
      for device in OnDevices.byWarps.prefix(1) {
        for row in PrimitiveCase.all where row.precision == .fp32 {
          let names = Fixture(row).graph.launches(for: device.traits).map(\.name)
          #expect(!names.contains { $0.hasPrefix("dense_warps") })
        }
      }
    }

    @Test("a device without tensor cores does not use their kernels")
    func absent() {
      for device in OnDevices.devices where device.properties.computeCapability == nil {
        #expect(device.tensorCores == .emulated && device.traits.warpPrecisions.isEmpty)
      }
    }

    @Test("the probe passes correct results only")
    func probe() throws {
      let wrong = [
        // A fragment's words in another order, rounding left out, and a product left out.
        ("q % 2 * 8", "q / 2 * 8"), ("narrowed(PRECISION_BF16, x)", "x"),
        ("? 3 : 1", "? 2 : 1"), ("as_uint(narrowed(precision, x))", "as_uint(x)"),
        // What does not compile.
        ("const int parts", "const int no parts"),
      ]
      for device in OnDevices.devices {
        #expect(TensorProbe(of: device, usesCores: false).passes, "\(device.name)")
      }
      for (text, replacement) in wrong {
        let workshop = try Workshop(["precision", "tensor"])
        try workshop.replace("tensor_probe.cl", with: KernelSource.tensorProbe[3].text)
        let tensor = try workshop.embedded("tensor.cl")
        #expect(tensor.contains(text), "'\(text)' is not in tensor.cl")
        try workshop.replace(
          "tensor.cl", with: tensor.split(separator: text).joined(separator: replacement))
        let device = try workshop.device(0)
        #expect(!TensorProbe(of: device, usesCores: false).passes, "\(replacement)")
      }
    }
  }
}
