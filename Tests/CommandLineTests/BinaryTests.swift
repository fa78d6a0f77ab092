import Foundation
import OpenCLBackend
import TestSupport
import Testing

@testable import implode

/// The built program from outside: exit codes, streams, devices.
@Suite struct BinaryTests {
  private static let noDriver: [String: String?] = ["OCL_ICD_VENDORS": "/nonexistent"]

  @Test(
    "calls that succeed print to the standard output alone",
    arguments: [
      [], ["--help"], ["-h"], ["--version"], ["help"], ["help", "bench"], ["bench", "--help"],
      ["devices", "-h"], ["--no-color", "--version"],
    ])
  func succeeds(_ arguments: [String]) throws {
    let result = try Binary.run(arguments)
    #expect(result.status == 0)
    #expect(result.messages == "")
    #expect(!result.output.isEmpty && !result.output.contains("\u{1B}"))
  }

  @Test(
    "failures have their exit code, an error line and a hint line",
    arguments: [
      (["trian"], 64, "error: unknown command 'trian'\n"),
      (["devcies"], 64, "hint: did you mean 'devices'?\n"),
      (["--hepl"], 64, "hint: did you mean '--help'?\n"),
      (["help", "bnech"], 64, "hint: did you mean 'bench'?\n"),
      (["devices", "--jsn"], 64, "error: implode devices: unknown option '--jsn'\n"),
      (["devices", "json"], 64, "hint: did you mean '--json'?\n"),
      (["devices", "--case", "dense"], 64, "hint: add --check\n"),
      (["devices", "--device", "gpu"], 64, "'gpu' is not a device\n"),
      (["bench", "--threads", "0"], 64, "--threads: '0' must be from 1 to 1024\n"),
      (["bench", "--backend", "cpu", "--device", "0"], 64, "hint: omit one of them\n"),
      (["evaluate", "bakend=cpu"], 78, "hint: did you mean 'backend'?\n"),
      (["bench", "--device", "99"], 69, "error: "),
      (["bench", "--batch", "0"], 64, "from 1 to 1048576\n"),
      (["bench", "cvae-wdie"], 66, "hint: did you mean 'cvae-wide'?\n"),
      (["bench", "default", "training.bach=3"], 78, "training.batch"),
      (["devices", "--device", "99"], 69, "error: "),
    ])
  func fails(_ arguments: [String], status: Int, message: String) throws {
    let result = try Binary.run(arguments)
    #expect(result.status == Int32(status))
    #expect(result.output == "")
    #expect(result.messages.contains(message), "\(result.messages)")
    let lines = result.messages.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("error: ") == true)
    #expect(lines.last?.hasPrefix("hint: ") == true)
    #expect(!result.messages.contains("\u{1B}"))
  }

  @Test("the environment sets options")
  func environment() throws {
    let result = try Binary.run(["bench"], environment: ["IMPLODE_BACKEND": "gpu"])
    #expect(result.status == 78)
    #expect(result.messages.contains("IMPLODE_BACKEND: 'gpu' is not one of auto, cpu, opencl"))
  }

  @Test("without a driver the CPU is listed, with the reason")
  func noDriver() throws {
    let list = try Binary.run(["devices"], environment: Self.noDriver)
    #expect(list.status == 0)
    #expect(list.output.hasPrefix("* cpu"))
    #expect(list.output.contains("auto chooses cpu: no OpenCL driver is installed"))
    #expect(list.output.contains("nvidia-opencl-icd"))
    let bench = try Binary.run(["bench", "--backend", "opencl"], environment: Self.noDriver)
    #expect(bench.status == 69)
    #expect(bench.messages.hasPrefix("error: no OpenCL device: no OpenCL driver is installed\n"))
    #expect(bench.messages.contains("hint: install"))
    let check = try Binary.run(
      ["devices", "--check", "--case", "add", "--json"], environment: Self.noDriver)
    #expect(check.status == 0)
    #expect(try objects(check).count == 1)
  }

  @Test("devices --json has the members of the contract, and no other")
  func devices() throws {
    let members: Set = [
      "index", "backend", "name", "vendor", "version", "memory_bytes", "chosen",
    ]
    let list = try objects(Binary.run(["devices", "--json"]))
    #expect(list.allSatisfy { Set($0.keys) == members })
    #expect(list.first?["index"] is NSNull && list.first?["backend"] as? String == "cpu")
    #expect(list.filter { $0["chosen"] as? Bool == true }.count == 1)
    #expect(list.allSatisfy { ($0["memory_bytes"] as? Int ?? 0) > 1 << 20 })
    let checked = try objects(
      Binary.run(["devices", "--json", "--check", "--case", "add 3×5"]))
    for device in checked {
      #expect(Set(device.keys) == members.union(["check"]))
      let check = try #require(device["check"] as? [String: Any])
      #expect(Set(check.keys) == ["kernels", "worst_relative_error", "passed"])
      #expect(check["passed"] as? Bool == true)
      #expect((check["kernels"] as? Int ?? 0) > 1)
    }
  }

  @Test("a check names the largest difference", .inReleaseBuilds)
  func check() throws {
    let result = try Binary.run(["devices", "--check", "--device", "cpu"])
    #expect(result.status == 0)
    let last = result.output.split(separator: "\n").last ?? ""
    #expect(last.contains(" kernels, largest difference ") && last.contains(", passed ("))
  }

  @Test("a device that cannot run is a failed check", .needsOpenCL)
  func brokenDevice() throws {
    let result = try Binary.run(
      ["devices", "--check", "--device=0", "--case", "add"],
      environment: ["IMPLODE_KERNELS": "/nonexistent"])
    #expect(result.status == 70)
    #expect(result.messages.hasPrefix("error: the check failed on opencl 0\nhint: "))
    #expect(result.messages.split(separator: "\n").count == 2)
    #expect(result.output.contains("FAILED add 3×5 3×5"))
    #expect(result.output.contains("implode devices --check --device 0 --case \"add 3×5 3×5\""))
  }

  @Test("bench --json has the members of the contract", .inReleaseBuilds)
  func bench() throws {
    let rows = try objects(
      Binary.run(["bench", "--backend=cpu", "--threads=1", "--seconds=0.01", "--json"]))
    #expect(rows.count >= 3)
    for row in rows {
      let members: Set = [
        "config", "backend", "device", "batch", "rows_per_second", "launches_per_step",
        "flops_per_row", "share_of_peak", "precision", "emulated",
      ]
      #expect(Set(row.keys) == members)
      #expect(row["rows_per_second"] as? Double ?? 0 > 0)
      #expect(row["backend"] as? String == "cpu")
    }
  }

  @Test("a closed pipe, a full disk and a closed stream")
  func streams() throws {
    let pipe = try Binary.shell("set -o pipefail; implode devices | head -1")
    #expect(pipe.status == 0 && pipe.messages == "")
    #expect(pipe.output.split(separator: "\n").count == 1)
    let closed = try Binary.shell("implode --help | true; echo ${PIPESTATUS[0]}")
    #expect(closed.output == "0\n" && closed.messages == "")
    let full = try Binary.run(["--help"], output: "/dev/full")
    #expect(full.status == 74)
    #expect(full.messages.hasPrefix("error: cannot write the results: No space left on device\n"))
    let none = try Binary.shell("implode --help >&-")
    #expect(none.status == 74 && none.messages.contains("hint: "))
  }

  private func objects(_ result: Binary) throws -> [[String: Any]] {
    let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(value as? [[String: Any]])
  }
}
