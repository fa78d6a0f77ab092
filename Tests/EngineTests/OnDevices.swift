import OpenCLBackend
import TestSupport
import Testing

/// Everything that touches OpenCL, one test after another: a device and its programs stay on one
/// thread, and PoCL does not start up safely on two.
@Suite(.serialized, .openCLTurn) enum OnDevices {
  /// Found once for all tests: what a device has built is reused.
  nonisolated(unsafe) static let devices = OpenCLDevice.discover().devices
  /// The same devices, given the launches for processors or for GPUs whatever they are.
  nonisolated(unsafe) private static let asCPUs = devices(treatedAsCPUs: true)
  nonisolated(unsafe) private static let asGPUs = devices(treatedAsCPUs: false)

  /// The same devices with the kernels for tensor cores, which are emulated.
  nonisolated(unsafe) static let byWarps = {
    var settings = OpenCLSettings.fromEnvironment()
    settings.emulatesTensorCores = true
    return OpenCLDevice.discover(settings).devices
  }()

  static func devices(asCPUs isCPU: Bool) -> [OpenCLDevice] {
    isCPU ? asCPUs : asGPUs
  }

  private static func devices(treatedAsCPUs isCPU: Bool) -> [OpenCLDevice] {
    var settings = OpenCLSettings.fromEnvironment()
    settings.treatsAsCPU = isCPU
    return OpenCLDevice.discover(settings).devices
  }
}
