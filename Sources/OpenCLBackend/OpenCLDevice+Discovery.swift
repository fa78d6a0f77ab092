import COpenCL
import Machine

/// The devices of this machine, and what kept others from the list.
package struct OpenCLDiscovery {
  package let devices: [OpenCLDevice]
  /// In words for people; nil if nothing is amiss.
  package let reason: String?

  package init(devices: [OpenCLDevice], reason: String?) {
    (self.devices, self.reason) = (devices, reason)
  }

  /// The device at `index`, or without one the first GPU, or else the first device.
  package func device(at index: Int? = nil) throws(OpenCLError) -> OpenCLDevice {
    guard let first = devices.first else { throw .noDevice(reason ?? "none was found") }
    guard let index else { return devices.first { $0.properties.isGPU } ?? first }
    guard devices.indices.contains(index) else {
      let names = devices.map { "\($0.properties.index) (\($0.name))" }
      throw OpenCLError(
        "no device \(index)", hint: "the devices are " + names.joined(separator: ", "))
    }
    return devices[index]
  }
}

extension OpenCLDevice {
  /// All usable devices of all platforms. A machine without driver or loader has none.
  ///
  /// Several threads may ask at a time, and take turns: PoCL does not start up safely on two.
  package static func discover(
    _ settings: OpenCLSettings = .fromEnvironment()
  ) -> OpenCLDiscovery {
    discovery.held { found(settings) }
  }

  nonisolated(unsafe) private static let discovery = Lock()

  private static func found(_ settings: OpenCLSettings) -> OpenCLDiscovery {
    var devices: [OpenCLDevice] = []
    var problems: [String] = []
    do {
      for platform in try platforms() {
        do {
          for id in try deviceIDs(of: platform) {
            let properties = try OpenCLProperties(of: id, index: devices.count, on: platform)
            if let problem = try problem(of: id, called: properties.name) {
              problems.append(problem)
            } else {
              devices.append(OpenCLDevice(id, properties, settings))
            }
          }
        } catch {
          problems.append("a driver does not answer: \(error)")
        }
      }
      if devices.isEmpty && problems.isEmpty { problems = ["the OpenCL drivers find no device"] }
    } catch {
      problems.append(reason(for: error))
    }
    return OpenCLDiscovery(
      devices: devices, reason: problems.isEmpty ? nil : problems.joined(separator: "; "))
  }

  private static func reason(for error: OpenCLError) -> String {
    if !opencl_is_present() {
      return "the OpenCL loader libOpenCL.so.1 is not installed (Debian: ocl-icd-libopencl1)"
    }
    return error.status == cl_int(COPENCL_PLATFORM_NOT_FOUND)
      ? "no OpenCL driver is installed" : "the OpenCL loader does not answer: \(error)"
  }

  private static func platforms() throws(OpenCLError) -> [cl_platform_id] {
    try list("clGetPlatformIDs") { clGetPlatformIDs($0, $1, $2) }
  }

  private static func deviceIDs(of platform: cl_platform_id) throws(OpenCLError) -> [cl_device_id] {
    do {
      return try list("clGetDeviceIDs") {
        clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), $0, $1, $2)
      }
    } catch {
      // A driver without its hardware is nothing unusual.
      if error.status == CL_DEVICE_NOT_FOUND { return [] }
      throw error
    }
  }

  private static func list(
    _ call: String,
    _ query: (cl_uint, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<cl_uint>?) ->
      cl_int
  ) throws(OpenCLError) -> [OpaquePointer] {
    var count: cl_uint = 0
    try check(query(0, nil, &count), call)
    var items = [OpaquePointer?](repeating: nil, count: Int(count))
    if count > 0 { try check(query(count, &items, nil), call) }
    return items.compactMap { $0 }
  }

  /// Why a device cannot be used, if it cannot.
  private static func problem(
    of id: cl_device_id, called name: String
  ) throws(OpenCLError) -> String? {
    func flag(_ key: cl_int) throws(OpenCLError) -> Bool {
      try queryNumber(cl_bool(0), "clGetDeviceInfo") {
        clGetDeviceInfo(id, cl_device_info(key), $0, $1, $2)
      } != 0
    }
    if try !flag(CL_DEVICE_AVAILABLE) { return "'\(name)' is not available" }
    if try !flag(CL_DEVICE_COMPILER_AVAILABLE) { return "'\(name)' has no compiler" }
    return nil
  }
}
