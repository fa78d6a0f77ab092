import Foundation
import OpenCLBackend
import TestSupport
import Testing

/// `implode simulate --backend opencl` on every OpenCL device.
@Suite(.openCLTurn, .needsOpenCL) struct SimulateDeviceTests {
  private func rows(_ arguments: [String]) throws -> (rows: [[Double]], output: String) {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "implode-simulate-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    let result = try Binary.run(["simulate", "--out", file.path] + arguments)
    #expect(result.status == 0, "\(result.messages)")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return (
      lines.dropFirst().map { $0.split(separator: ",").compactMap { Double(String($0)) } },
      result.output
    )
  }

  @Test("geometries are the same, momenta as near as the precision", arguments: [false, true])
  func sameRows(isPrecise: Bool) throws {
    let common = ["--family", "random", "--rows", "300"] + (isPrecise ? ["--precise"] : [])
    let expected = try rows(common).rows
    for (index, device) in OpenCLMachine.devices.enumerated()
    where !isPrecise || device.properties.hasDoubles {
      let (found, output) = try rows(common + ["--device", "\(index)"])
      #expect(
        output.contains(", on \(device.name) in \(isPrecise ? "double" : "single") precision"))
      #expect(found.count == expected.count)
      for (a, b) in zip(found, expected) {
        #expect(a[..<9] == b[..<9])
        let size = b[9...].map { $0 * $0 }.reduce(0, +).squareRoot()
        let bound = isPrecise ? 1e-9 : 4e-6
        #expect(zip(a[9...], b[9...]).allSatisfy { abs($0 - $1) < bound * size })
      }
    }
  }

  @Test("the CPU is the default, and --device asks for a device")
  func choice() throws {
    let common = ["--family", "random", "--rows", "20"]
    let (first, output) = try rows(common)
    #expect(try rows(common + ["--backend", "cpu"]).rows == first && !output.contains("precision"))
    let both = try Binary.run(
      ["simulate", "--out", "x.csv", "--device", "0", "--backend", "cpu"] + common)
    #expect(both.status == 64 && both.messages.contains("--device chooses an OpenCL device"))
    let many = try Binary.run(
      ["simulate", "--out", "x.csv", "--device", "\(OpenCLMachine.devices.count)"] + common)
    #expect(many.status == 69 && many.messages.contains("no device"))
  }
}
