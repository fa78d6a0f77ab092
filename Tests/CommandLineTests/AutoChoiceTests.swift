import Testing

@testable import OpenCLBackend
@testable import implode

/// Which device `auto` takes.
@Suite struct AutoChoiceTests {
  private func device(
    _ index: Int, isGPU: Bool = false, isCPU: Bool = false
  ) -> OpenCLProperties {
    OpenCLProperties(
      index: index, name: "device \(index)", vendor: "vendor", platform: "platform",
      platformVersion: "1", driverVersion: "1", version: "OpenCL 3.0", isCPU: isCPU,
      isGPU: isGPU, computeUnits: 1, memoryBytes: 1 << 30, maximumAllocation: 1 << 28,
      localMemoryBytes: 1 << 15, maximumWorkGroup: 256, alignment: 128,
      hasDoubles: true,
      roundsCorrectly: true,
      computeCapability: nil)
  }

  @Test("the first GPU, wherever it is in the list")
  func firstGPU() {
    let devices = [device(0, isCPU: true), device(1, isGPU: true), device(2, isGPU: true)]
    #expect(
      AutoChoice(among: devices, problem: nil)
        == AutoChoice(index: 1, reason: "the first of the GPUs"))
    let one = AutoChoice(among: Array(devices[..<2]), problem: "a driver does not answer")
    #expect(one == AutoChoice(index: 1, reason: "the only GPU"))
    #expect(one.name == "opencl 1")
  }

  @Test("never a CPU or an accelerator through OpenCL")
  func noGPU() {
    let processor = AutoChoice(among: [device(0, isCPU: true)], problem: nil)
    #expect(processor.index == nil && processor.name == "cpu")
    #expect(processor.reason.contains("no GPU"))
    let accelerator = AutoChoice(
      among: [device(0, isCPU: true), device(1)], problem: nil)
    #expect(accelerator == AutoChoice(index: nil, reason: "none of the OpenCL devices is a GPU"))
  }

  @Test("without devices the reason is what discovery found")
  func nothing() {
    let problem = "no OpenCL driver is installed"
    #expect(
      AutoChoice(among: [], problem: problem) == AutoChoice(index: nil, reason: problem))
    #expect(AutoChoice(among: [], problem: nil).reason == "there is no OpenCL device")
  }
}
