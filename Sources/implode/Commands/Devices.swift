import Engine
import OpenCLBackend
import Text

/// `implode devices`: what there is to compute on, and whether it computes right.
let devices = Command<DevicesOptions>(
  name: "devices", about: "lists compute devices and checks their results",
  examples: [
    Example("", "list the devices"),
    Example("--check", "compare every kernel with the reference"),
    Example("--check --device 0", "check one OpenCL device"),
  ],
  notes: [
    "Errors are relative to the reference value, or absolute where that is below 1. The reference "
      + "uses double precision. The exit code is 0, or 70 if a check failed."
  ],
  initial: DevicesOptions(),
  keys: [
    Key("check", \.check, "run every kernel and compare it with the reference"),
    Key("case", \.caseName, "with --check: only test cases whose names contain this text"),
    Key("device", \.device, "only this device: the index of an OpenCL device, or cpu"),
    .json(\.json),
  ],
  validate: {
    if $0.caseName != nil && !$0.check {
      throw Failure.usage("--case needs --check", hint: "add --check")
    }
    _ = try DeviceCheck.cases(named: $0.caseName)
  },
  run: { try $0.run($1) })

/// The options of `implode devices`.
struct DevicesOptions: Hashable, Sendable {
  var check = false
  var caseName: String?
  var device: DeviceName?
  var json = false

  func run(_ output: Output) throws {
    let cases = try DeviceCheck.cases(named: caseName)
    let found = OpenCLDevice.discover()
    let choice = AutoChoice(among: found.devices.map(\.properties), problem: found.reason)
    let listed = try ListedDevice.all(found, device)
    if !json { try output.print(Self.text(listed, choice, found, width: output.terminal.width)) }
    var checks: [DeviceCheck] = []
    for device in check ? listed : [] {
      checks.append(
        try DeviceCheck(
          of: device, cases, ExplosionCheck.named(caseName), showsTable: !json, output))
    }
    if json {
      let lines = listed.enumerated().map { index, device in
        device.json(isChosen: device.index == choice.index, check: check ? checks[index] : nil)
      }
      try output.print(JSON.lines(lines))
      if let problem = found.reason, !found.devices.isEmpty { output.warn(problem) }
    }
    let failed = zip(listed, checks).filter { !$1.passed }.map(\.0.label)
    if !failed.isEmpty {
      throw Failure(
        "the check failed on \(failed.joined(separator: ", "))",
        hint: "do not use this device; report the failed cases and the version of its driver",
        code: .fault)
    }
  }

  private static func text(
    _ listed: [ListedDevice], _ choice: AutoChoice, _ found: OpenCLDiscovery, width: Int
  ) -> String {
    var lines = listed.flatMap { $0.lines(isChosen: $0.index == choice.index, width: width) }
    lines.append("")
    lines += Help.fill("* auto chooses \(choice.name): \(choice.reason)", width: width)
    if let problem = found.reason, !found.devices.isEmpty {
      lines += Help.fill("not listed: \(problem)", width: width)
    }
    if choice.index == nil {
      lines += Help.fill(
        "To compute on a GPU, install its OpenCL driver (Debian: nvidia-opencl-icd, "
          + "mesa-opencl-icd for AMD, intel-opencl-icd).", width: width)
    }
    return lines.joined(separator: "\n")
  }
}

/// What `implode devices --device` takes.
enum DeviceName: Hashable, CLIValue {
  case cpu
  case opencl(Int)

  static var placeholder: String? { "N|cpu" }

  var argument: String? {
    switch self {
    case .cpu: "cpu"
    case .opencl(let index): "\(index)"
    }
  }

  init(argument: String) throws(Failure) {
    if argument == "cpu" {
      self = .cpu
    } else if let index = Int(argument), index >= 0 {
      self = .opencl(index)
    } else {
      throw .usage(
        "'\(argument)' is not a device",
        hint: "write an index that `implode devices` lists, or cpu")
    }
  }
}
