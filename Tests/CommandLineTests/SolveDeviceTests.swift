import Foundation
import TestSupport
import Testing

/// `implode solve --backend opencl`: what the device begins, the CPU finishes.
@Suite(.openCLTurn, .needsOpenCL) struct SolveDeviceTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "implode-solve-device-\(UUID().uuidString)").path

  private func run(_ arguments: [String]) throws -> Binary {
    let result = try Binary.run(arguments)
    try #require(result.status == 0, "\(arguments): \(result.messages)")
    return result
  }

  @Test("geometries from a device are those of the CPU, as exact")
  func sameGeometries() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let options = ["--molecule", "CO", "--family", "random"]
    _ = try run(["simulate", "--rows", "20", "--precise", "--out", folder + "/p.csv"] + options)
    func solved(_ more: [String]) throws -> [[Double]] {
      let out = folder + "/x.csv"
      _ = try run(
        ["solve", folder + "/p.csv", "--draws", "4", "--force", "--out", out] + options + more)
      return try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n").dropFirst()
        .map { line in
          let cells = line.split(separator: ",")
          #expect(cells[5] == "found" && (Double(cells[4]) ?? 1) < 1e-12, "\(line)")
          return cells[6...].compactMap { Double($0) }
        }
    }
    let expected = try solved([])
    #expect(expected.count == 20)
    for index in OpenCLMachine.devices.indices {
      let found = try solved(["--device", "\(index)"])
      #expect(found.count == expected.count)
      for (a, b) in zip(found.joined(), expected.joined()) { #expect(abs(a - b) < 1e-9) }
    }
  }

  @Test("a list of all geometries has no use for a device")
  func refused() throws {
    let result = try Binary.run(["solve", "p.csv", "--out", "x.csv", "--backend", "opencl"])
    #expect(result.status == 64 && result.messages.contains("--backend opencl without a search"))
  }
}
