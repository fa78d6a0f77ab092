import COpenCL
import Engine
import KernelSources

/// Where the kernels of a device came from.
package enum KernelOrigin: Hashable, Sendable {
  case source
  /// An earlier run had compiled them.
  case cache
}

/// Whether products by warps are among the kernels, and what computes them.
enum Warps: String {
  case none = ""
  case emulated = " -D EMULATED_WARPS"
  case tensorCores = " -D TENSOR_CORES"
}

/// All kernels, built for one device.
final class KernelProgram {
  let device: cl_device_id
  let properties: OpenCLProperties
  /// From the cache, if all of them were in it.
  private(set) var origin: KernelOrigin
  private let settings: OpenCLSettings
  private let context: cl_context
  private let program: Handle
  /// Of other tiles than the standard one, built when they are first asked for.
  private var specialized: [ProductTile: Handle] = [:]

  init(for device: OpenCLDevice, in context: cl_context) throws(OpenCLError) {
    (self.device, properties, settings) = (device.id, device.properties, device.settings)
    self.context = context
    let text = try KernelSource.text(of: KernelSource.common, from: settings.kernelFolder)
    let build = KernelBuild(
      text, for: device.id, properties, settings, warps: device.warps, in: context)
    (program, origin) = try build.program()
  }

  /// The programs of kernels that were written for one graph.
  func programs(
    of chains: [[GeneratedKernel]]
  ) throws(OpenCLError) -> [ChainShape: Handle] {
    var programs: [ChainShape: Handle] = [:]
    for kernels in chains {
      programs[kernels[0].shape] = try built(
        KernelSource.text(from: settings.kernelFolder, for: kernels))
    }
    return programs
  }

  /// A kernel object of its own for one launch, whose arguments therefore never change.
  ///
  /// - Parameter chains: the programs of the launch's graph.
  func kernel(
    _ launch: Launch.Kernel, with chains: [ChainShape: Handle]
  ) throws(OpenCLError) -> Handle {
    let own = launch.text.flatMap { chains[$0.shape] }
    let program = if let own { own } else { try program(for: launch.tile) }
    // Mesa compiles here.
    return try settings.slowBuild.watch(KernelBuild.compiling(on: properties)) {
      () throws(OpenCLError) in
      try makeKernel(launch.entry, of: program)
    }
  }

  private func program(for tile: ProductTile) throws(OpenCLError) -> Handle {
    if tile == .standard { return program }
    if let program = specialized[tile] { return program }
    let program = try built(KernelSource.text(from: settings.kernelFolder, for: tile))
    specialized[tile] = program
    return program
  }

  private func built(_ text: String) throws(OpenCLError) -> Handle {
    let build = KernelBuild(text, for: device, properties, settings, warps: .none, in: context)
    let (program, origin) = try build.program()
    if origin == .source { self.origin = .source }
    return program
  }
}

/// The ways to a built program.
struct KernelBuild {
  /// Nil where nothing is built.
  let context: cl_context?
  let device: cl_device_id
  let text: String
  let options: String
  private let properties: OpenCLProperties
  private let settings: OpenCLSettings

  init(
    _ text: String, for device: cl_device_id, _ properties: OpenCLProperties,
    _ settings: OpenCLSettings, warps: Warps, in context: cl_context?
  ) {
    (self.text, self.device, self.context) = (text, device, context)
    (self.properties, self.settings) = (properties, settings)
    options = Self.options(roundsCorrectly: properties.roundsCorrectly, warps: warps)
  }

  /// What is said of a driver that takes long.
  static func compiling(on device: OpenCLProperties) -> String {
    "\(device.name): its driver is compiling kernels"
  }

  static func options(roundsCorrectly: Bool, warps: Warps) -> String {
    "-cl-std=CL1.2" + (roundsCorrectly ? " -cl-fp32-correctly-rounded-divide-sqrt" : "")
      + warps.rawValue
  }

  /// From the cache, if there is one and the program is in it.
  func program() throws(OpenCLError) -> (program: Handle, origin: KernelOrigin) {
    guard let folder = settings.cacheFolder,
      !settings.platformsWithCache.contains(properties.platform)
    else { return (try fromSource(), .source) }
    let (cache, key) = (BinaryCache(folder: folder), key)
    if let binary = cache.load(key), let program = from(binary) { return (program, .cache) }
    let program = try fromSource()
    if let binary = binary(of: program) { cache.store(binary, as: key) }
    return (program, .source)
  }

  /// Everything that the binary depends on.
  var key: Fingerprint {
    var key = Fingerprint()
    for part in [
      text, options, properties.platform, properties.platformVersion, properties.name,
      properties.version, properties.driverVersion,
    ] {
      key.add(part)
    }
    return key
  }

  func fromSource() throws(OpenCLError) -> Handle {
    let program = try make("clCreateProgramWithSource", release: clReleaseProgram) { code in
      text.withCString { text in
        var text: UnsafePointer<CChar>? = text
        return clCreateProgramWithSource(context, 1, &text, nil, &code)
      }
    }
    let code = build(program)
    guard code == CL_SUCCESS else {
      throw OpenCLError(
        "the kernels do not compile", status: code, log: BuildLog.essence(of: try log(of: program)),
        hint: settings.kernelFolder.map { "these are the kernels of IMPLODE_KERNELS=\($0)" })
    }
    return program
  }

  /// Nil if the driver does not accept what it once wrote.
  func from(_ binary: [UInt8]) -> Handle? {
    let program = try? make("clCreateProgramWithBinary", release: clReleaseProgram) { code in
      binary.withUnsafeBufferPointer { binary in
        var (device, size, start): (cl_device_id?, Int, UnsafePointer<UInt8>?) =
          (device, binary.count, binary.baseAddress)
        return clCreateProgramWithBinary(context, 1, &device, &size, &start, nil, &code)
      }
    }
    guard let program, build(program) == CL_SUCCESS else { return nil }
    return program
  }

  /// What the driver made of the source; nil if it does not tell.
  func binary(of program: Handle) -> [UInt8]? {
    let size = try? queryNumber(0, "clGetProgramInfo") {
      clGetProgramInfo(program.pointer, cl_program_info(CL_PROGRAM_BINARY_SIZES), $0, $1, $2)
    }
    guard let size, size > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    let code = bytes.withUnsafeMutableBufferPointer { bytes in
      var start = bytes.baseAddress
      return clGetProgramInfo(
        program.pointer, cl_program_info(CL_PROGRAM_BINARIES),
        MemoryLayout<UnsafeMutablePointer<UInt8>?>.size, &start, nil)
    }
    return code == CL_SUCCESS ? bytes : nil
  }

  private func build(_ program: Handle) -> cl_int {
    settings.slowBuild.watch(Self.compiling(on: properties)) {
      var device: cl_device_id? = device
      return clBuildProgram(program.pointer, 1, &device, options, nil, nil)
    }
  }

  private func log(of program: Handle) throws(OpenCLError) -> String {
    try queryText("clGetProgramBuildInfo") {
      clGetProgramBuildInfo(
        program.pointer, device, cl_program_build_info(CL_PROGRAM_BUILD_LOG), $0, $1, $2)
    }
  }
}
