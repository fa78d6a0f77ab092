import OpenCLBackend
import TestSupport
import Testing

/// Everything that touches OpenCL, one test after another: a device and its programs stay on one
/// thread, and PoCL does not start up safely on two.
@Suite(.serialized, .openCLTurn) enum OnDevices {
  nonisolated(unsafe) static let devices = OpenCLMachine.devices
  /// The same devices, given the launches for processors or for GPUs whatever they are.
  nonisolated(unsafe) private static let asProcessors = devices(treatedAsProcessors: true)
  nonisolated(unsafe) private static let asGPUs = devices(treatedAsProcessors: false)

  /// The same devices with the kernels for tensor cores, which are emulated.
  nonisolated(unsafe) static let byWarps = {
    var settings = OpenCLSettings.fromEnvironment()
    settings.emulatesTensorCores = true
    return OpenCLDevice.discover(settings).devices
  }()

  static func devices(asProcessors isProcessor: Bool) -> [OpenCLDevice] {
    isProcessor ? asProcessors : asGPUs
  }

  private static func devices(treatedAsProcessors isProcessor: Bool) -> [OpenCLDevice] {
    var settings = OpenCLSettings.fromEnvironment()
    settings.treatsAsProcessor = isProcessor
    return OpenCLDevice.discover(settings).devices
  }

  @Test("there is a device", .enabled(if: OpenCLMachine.isRequired))
  static func exist() { #expect(!devices.isEmpty, "Debian: pocl-opencl-icd") }

  @Test("every way of treating devices finds all of them")
  static func complete() {
    for others in [asProcessors, asGPUs, byWarps] { #expect(others.count == devices.count) }
  }
}
