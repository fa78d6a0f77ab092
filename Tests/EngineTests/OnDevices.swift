import Machine
import OpenCLBackend
import TestSupport
import Testing

/// Everything that touches OpenCL, one test after another: the tests share the devices, and a device
/// and its programs stay on one thread at a time.
@Suite(.serialized, .openCLTurn) enum OnDevices {
  nonisolated(unsafe) static let devices = OpenCLMachine.devices
  /// The same devices, given the launches for processors or for GPUs whatever they are.
  nonisolated(unsafe) private static let asCPUs = devices(treatedAsCPUs: true)
  nonisolated(unsafe) private static let asGPUs = devices(treatedAsCPUs: false)

  /// The same devices with the kernels for tensor cores, which are emulated.
  nonisolated(unsafe) static let byWarps = {
    var settings = OpenCLSettings.fromEnvironment()
    settings.emulatesTensorCores = true
    // So that weight gradients may be cut into parts.
    settings.treatsAsCPU = false
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

  @Test("there is a device", .enabled(if: OpenCLMachine.isRequired))
  static func exist() { #expect(!devices.isEmpty, "Debian: pocl-opencl-icd") }

  @Test("threads that look for devices at a time all find them")
  static func simultaneous() {
    let found = Lock()
    nonisolated(unsafe) var names: [[String]] = []
    Threads.run(8) { _ in
      let devices = OpenCLDevice.discover().devices
      found.held { names.append(devices.map(\.name)) }
    }
    #expect(names.count == 8 && names.allSatisfy { $0 == devices.map(\.name) })
  }

  @Test("all device options list all devices")
  static func complete() {
    for others in [asCPUs, asGPUs, byWarps] { #expect(others.count == devices.count) }
  }
}
