import Foundation
import Testing

@testable import implode

/// `implode export` of a small run.
@Suite struct ExportTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  @Test("each format is written, by the file's ending or by name")
  func formats() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    for (name, first) in [
      ("a.onnx", [0x08, 0x08, 0x12]), ("a.npz", Array("PK".utf8)), ("a.safetensors", []),
    ] as [(String, [UInt8])] {
      let result = try Binary.run(["export", folder["run"], "--out", folder[name]])
      #expect(result.status == 0, "\(result.messages)")
      let bytes = [UInt8](try folder.data(name))
      #expect(bytes.starts(with: first))
      #expect(result.output.hasPrefix("\(folder[name]): "))
      #expect(
        result.output.hasSuffix(" bytes, z (N, 5), momenta (N, 9) → positions (N, 9)\n"))
    }
    let named = try Binary.run(
      ["export", folder["run"], "--format", "onnx", "--out", folder["model"]])
    #expect(named.status == 0, "\(named.messages)")
    #expect(try folder.data("model") == folder.data("a.onnx"))
  }

  @Test(
    "contradictory or incomplete command lines",
    arguments: [
      (
        ["run", "--format", "onnx", "--out", "model.npz"], "--format onnx for the file 'model.npz'"
      ),
      (["run", "--out", "model.bin"], "the extension of 'model.bin' is not that of a format"),
      (["run"], "no --out"), (["--out", "model.onnx"], "no RUN"),
      (["run", "other", "--out", "model.onnx"], "unexpected argument 'other'"),
      (["run", "--format", "onyx", "--out", "m.onnx"], "'onyx' is not one of"),
    ])
  func refused(_ arguments: [String], _ message: String) throws {
    let result = try Binary.run(["export"] + arguments)
    #expect(result.status == 64)
    #expect(result.messages.contains(message), "\(result.messages)")
  }

  @Test("a folder that is no run, and an output that cannot be written")
  func missing() throws {
    let nothing = try Binary.run(["export", folder["nothing"], "--out", folder["m.onnx"]])
    #expect(nothing.status == 66)
    #expect(nothing.messages.contains("has no checkpoints/best.safetensors"))
    #expect(try folder.train("--progress", "none").status == 0)
    for name in ["m.onnx", "m.npz"] {
      let result = try Binary.run(["export", folder["run"], "--out", folder["no/\(name)"]])
      #expect(result.status == 73, "\(result.messages)")
    }
  }
}
