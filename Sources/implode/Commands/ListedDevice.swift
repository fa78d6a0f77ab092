import Checks
import Engine
import Machine
import OpenCLBackend
import Text

/// A device as `implode devices` lists it.
struct ListedDevice {
  /// Nil for the cpu backend.
  let index: Int?
  let name: String
  let vendor: String
  let version: String
  let memoryBytes: Int
  /// Such as `2 threads`.
  private let units: String
  let traits: LaunchTraits
  private let device: OpenCLDevice?

  /// The CPU and every OpenCL device, or the requested one.
  static func all(_ found: OpenCLDiscovery, _ only: DeviceName?) throws -> [ListedDevice] {
    switch only {
    case nil: [ListedDevice()] + found.devices.map(ListedDevice.init)
    case .cpu: [ListedDevice()]
    case .opencl(let index): [ListedDevice(try found.device(at: index))]
    }
  }

  /// The CPU.
  private init() {
    let cpu = CPU.current
    (index, device, traits) = (nil, nil, Workplace.cpuTraits)
    (name, vendor) = (cpu.name, cpu.vendor)
    (version, memoryBytes) = (CPU.instructionSet, cpu.memoryBytes)
    units = Numbers.count(CPU.threads, "thread")
  }

  private init(_ device: OpenCLDevice) {
    let properties = device.properties
    (index, self.device, traits) = (properties.index, device, device.traits)
    (name, vendor) = (properties.name, properties.vendor)
    (version, memoryBytes) = (properties.version, properties.memoryBytes)
    units =
      Numbers.count(properties.computeUnits, "compute unit") + ", driver "
      + properties.driverVersion
  }

  var backend: Backend { index == nil ? .cpu : .opencl }

  /// What messages call it.
  var label: String { index.map { "opencl \($0)" } ?? "cpu" }

  /// The device itself; the threads of the CPU backend start here.
  func open() -> any Device { device ?? CPUDevice<Float>() }

  /// Whether it may come to computing what the row computes: not with kernels that nobody would choose
  /// here.
  func canRun(_ row: PrimitiveCase) -> Bool {
    row.choice.map { device?.canUse($0) == true } ?? true
  }

  /// Runs a row of the table, its products by the kernels that it asks for.
  func check(_ row: PrimitiveCase, on opened: any Device) throws -> CaseReport {
    device?.products = ProductTuning(standard: row.choice)
    defer { device?.products = ProductTuning() }
    return try row.check(on: opened, traits: device?.traits ?? traits)
  }

  func lines(isChosen: Bool, width: Int) -> [String] {
    let margin = String(repeating: " ", count: width < 40 ? 2 : 12)
    let head = (isChosen ? "* " : "  ") + label
    let facts = "\(vendor), \(version), \(units), \(Numbers.memory(memoryBytes))"
    return [head + String(repeating: " ", count: max(1, margin.count - head.count)) + name]
      + Help.fill(facts, width: width - margin.count).map { margin + $0 }
  }

  func json(isChosen: Bool, check: DeviceCheck?) -> JSON {
    let json = JSON.members([
      "index": .optional(index), "backend": .string(backend.rawValue), "name": .string(name),
      "vendor": .string(vendor), "version": .string(version),
      "memory_bytes": .integer(memoryBytes), "chosen": .bool(isChosen),
    ])
    return check.map { json.adding("check", $0.json) } ?? json
  }
}
