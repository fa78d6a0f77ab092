import Engine
import Machine
import OpenCLBackend
import Text

/// What `--backend` says.
enum Backend: String, CLIChoice {
  case auto, cpu, opencl

  /// Asking for a device is asking for OpenCL.
  func check(device: Int?) throws(Failure) {
    if self == .cpu, device != nil {
      throw .usage(
        "--device chooses an OpenCL device, but --backend is cpu", hint: "omit one of them")
    }
  }
}

/// What `auto` takes on a machine: its first OpenCL GPU, else the cpu.
///
/// Never a CPU through OpenCL: the cpu backend is faster there.
struct AutoChoice: Hashable {
  /// The index of an OpenCL device; nil for the cpu backend.
  let index: Int?
  /// A sentence part that follows "auto chooses …:".
  let reason: String

  /// What the rest of the program calls it.
  var name: String { index.map { "opencl \($0)" } ?? "cpu" }
}

extension AutoChoice {
  /// - Parameter problem: what kept devices from the list.
  init(among devices: [OpenCLProperties], problem: String?) {
    index = devices.first { $0.isGPU }?.index
    if index != nil {
      reason = devices.filter(\.isGPU).count > 1 ? "the first of the GPUs" : "the only GPU"
    } else if devices.isEmpty {
      reason = problem ?? "there is no OpenCL device"
    } else if devices.allSatisfy(\.isCPU) {
      reason = "OpenCL has no GPU, and on a CPU the cpu backend is faster"
    } else {
      reason = "none of the OpenCL devices is a GPU"
    }
  }
}

/// The device that a command computes on.
struct Workplace {
  let device: any Device
  /// `cpu` or `opencl`, never `auto`.
  let backend: Backend
  let name: String
  /// Threads of the cpu backend, else nil.
  let threads: Int?
  /// Whether an OpenCL device computes narrowed products by tensor cores.
  var tensorCores = ProductUnits.emulated
  /// Bytes: all of an OpenCL device, or what is free for the cpu backend.
  let memory: Int

  /// What its launches are made for.
  var traits: LaunchTraits { (device as? OpenCLDevice)?.traits ?? Self.cpuTraits }

  /// The traits of a device that joins steps into launches; nil for the cpu backend.
  var joinedBy: LaunchTraits? { backend == .cpu ? nil : traits }

  /// - Parameters:
  ///   - index: of an OpenCL device; asking for one is asking for OpenCL.
  ///   - threads: of the cpu backend; nil for one per CPU core.
  static func choose(_ backend: Backend, device index: Int?, threads: Int?) throws -> Workplace {
    if backend == .cpu { return cpu(threads: threads) }
    let found = OpenCLDevice.discover()
    guard backend == .auto && index == nil else { return try opencl(index, among: found) }
    let choice = AutoChoice(among: found.devices.map(\.properties), problem: found.reason)
    return try choice.index.map { try opencl($0, among: found) } ?? cpu(threads: threads)
  }

  private static func opencl(
    _ index: Int?, among found: OpenCLDiscovery
  ) throws -> Workplace {
    if found.devices.isEmpty {
      throw Failure(
        "no OpenCL device: \(found.reason ?? "none was found")",
        hint: "install the GPU's driver (Debian: nvidia-, mesa- or intel-opencl-icd)",
        code: .unavailable)
    }
    let device = try found.device(at: index)
    return Workplace(
      device: device, backend: .opencl, name: device.name, threads: nil,
      tensorCores: device.tensorCores, memory: device.properties.memoryBytes)
  }

  private static func cpu(threads: Int?) -> Workplace {
    let device = CPUDevice<Float>(threads: threads ?? CPU.threads)
    return Workplace(
      device: device, backend: .cpu, name: CPU.current.name,
      threads: device.threads, memory: Memory.available)
  }

  /// The launches by which steps of the cpu backend are counted and named.
  static let cpuTraits = LaunchTraits(isCPU: true, libraryProductThreshold: .max)
}
