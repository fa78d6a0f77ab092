import Foundation
import Testing

/// What `bench` prints without a device.
@Suite struct BenchPrintingTests {
  private static let noDriver: [String: String?] = [
    "OCL_ICD_VENDORS": "/nonexistent", "IMPLODE_LAUNCHES": nil, "IMPLODE_KERNELS": nil,
  ]

  private struct Printed: Decodable {
    let program, options, text: String
  }

  private func programs(
    _ arguments: [String], environment: [String: String?] = Self.noDriver
  ) throws -> [Printed] {
    let result = try Binary.run(
      ["bench", "--print-kernels", "--json"] + arguments, environment: environment)
    #expect(result.status == 0 && result.messages == "", "\(result.messages)")
    return try JSONDecoder().decode([Printed].self, from: Data(result.output.utf8))
  }

  @Test("every program is printed as a driver is given it, without a driver")
  func fixed() throws {
    let programs = try programs([])
    #expect(Set(programs.map(\.program)).count == programs.count)
    #expect(Set(programs.map(\.text)).count == programs.count)
    for name in ["kernels", "tensor probe", "explosions in space, float"] {
      #expect(programs.contains { $0.program == name }, "\(name)")
    }
    for program in programs {
      #expect(program.text.contains("__kernel "), "\(program.program)")
      #expect(program.options.hasPrefix("-cl-std=CL1.2"))
      #expect(program.text.utf8.allSatisfy { $0 < 0x80 }, "\(program.program)")
    }
  }

  @Test("the programs of a configuration are those of its launches, for GPUs and for CPUs")
  func configuration() throws {
    var cpu = Self.noDriver
    cpu["IMPLODE_LAUNCHES"] = "cpu"
    for environment in [Self.noDriver, cpu] {
      let programs = try programs(["default", "cvae-wide"], environment: environment)
      #expect(!programs.isEmpty && Set(programs.map(\.text)).count == programs.count)
    }
  }

  @Test("programs are not measured")
  func refused() throws {
    let result = try Binary.run(["bench", "--print-kernels", "--explosions"])
    #expect(result.status == 64 && result.messages.contains("hint: omit one of them\n"))
  }
}
