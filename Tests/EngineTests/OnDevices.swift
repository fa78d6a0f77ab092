import OpenCLBackend
import TestSupport
import Testing

/// Everything that touches OpenCL, one test after another: a device and its programs stay on one
/// thread, and PoCL does not start up safely on two.
@Suite(.serialized, .openCLTurn) enum OnDevices {
  /// Found once for all tests: what a device has built is reused.
  nonisolated(unsafe) static let devices = OpenCLDevice.discover().devices
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
}
