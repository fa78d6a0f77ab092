import COpenCL

/// What a device says about itself.
package struct OpenCLProperties: Hashable, Sendable {
  /// Its place in the list of all devices of all platforms.
  package let index: Int
  package let name: String
  package let vendor: String
  package let platform: String
  package let platformVersion: String
  package let driverVersion: String
  /// Such as `OpenCL 3.0 CUDA`.
  package let version: String
  /// It is a CPU.
  package let isCPU: Bool
  package let isGPU: Bool
  package let computeUnits: Int
  package let memoryBytes: Int
  /// The most bytes that one buffer may have, often a quarter of the memory.
  package let maximumAllocation: Int
  package let localMemoryBytes: Int
  package let maximumWorkGroup: Int
  /// In bytes, of sub-buffers.
  package let alignment: Int
  /// It computes in double precision.
  package let hasDoubles: Bool
  /// `/` and `sqrt` can be had as accurate as on the host.
  package let roundsCorrectly: Bool
  /// Such as 9.0, of NVIDIA's devices alone; their tensor cores have bf16 and tf32 from 8.0.
  package let computeCapability: Double?
}

extension OpenCLProperties {
  init(of id: cl_device_id, index: Int, on platform: cl_platform_id) throws(OpenCLError) {
    func words(_ key: cl_int) throws(OpenCLError) -> String {
      try queryText("clGetDeviceInfo") { clGetDeviceInfo(id, cl_device_info(key), $0, $1, $2) }
    }
    func value<T: BitwiseCopyable>(_ key: cl_int, as initial: T) throws(OpenCLError) -> T {
      try queryNumber(initial, "clGetDeviceInfo") {
        clGetDeviceInfo(id, cl_device_info(key), $0, $1, $2)
      }
    }
    func count(_ key: cl_int) throws(OpenCLError) -> Int { Int(try value(key, as: cl_uint(0))) }
    func bytes(_ key: cl_int) throws(OpenCLError) -> Int {
      Int(clamping: try value(key, as: cl_ulong(0)))
    }
    self.index = index
    name = try words(CL_DEVICE_NAME)
    vendor = try words(CL_DEVICE_VENDOR)
    self.platform = try platform.text(CL_PLATFORM_NAME)
    // For some drivers the only place with their release.
    platformVersion = try platform.text(CL_PLATFORM_VERSION)
    driverVersion = try words(CL_DRIVER_VERSION)
    version = try words(CL_DEVICE_VERSION)
    let type = try value(CL_DEVICE_TYPE, as: cl_device_type(0))
    isCPU = type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0
    isGPU = type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0
    computeUnits = try count(CL_DEVICE_MAX_COMPUTE_UNITS)
    memoryBytes = try bytes(CL_DEVICE_GLOBAL_MEM_SIZE)
    maximumAllocation = try bytes(CL_DEVICE_MAX_MEM_ALLOC_SIZE)
    localMemoryBytes = try bytes(CL_DEVICE_LOCAL_MEM_SIZE)
    maximumWorkGroup = try value(CL_DEVICE_MAX_WORK_GROUP_SIZE, as: 0)
    alignment = max(4, try count(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8)
    let arithmetic = try value(CL_DEVICE_SINGLE_FP_CONFIG, as: cl_device_fp_config(0))
    // By the attributes of cl_nv_device_attribute_query.
    computeCapability =
      vendor.hasPrefix("NVIDIA")
      ? try? Double(count(0x4000)) + Double(count(0x4001)) / 10 : nil
    hasDoubles = try words(CL_DEVICE_EXTENSIONS).split(separator: " ").contains("cl_khr_fp64")
    roundsCorrectly = arithmetic & cl_device_fp_config(CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0
  }
}

extension cl_platform_id {
  fileprivate func text(_ key: cl_int) throws(OpenCLError) -> String {
    try queryText("clGetPlatformInfo") {
      clGetPlatformInfo(self, cl_platform_info(key), $0, $1, $2)
    }
  }
}
