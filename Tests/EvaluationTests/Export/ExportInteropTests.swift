import Foundation
import Records
import ShippedConfigurations
import TestSupport
import Testing

@testable import Evaluation

/// Against the packages that open exported files, where they are.
@Suite(.enabled(if: Python.has("onnx, onnxruntime, numpy, safetensors")))
struct ExportInteropTests {
  @Test("ONNX Runtime agrees with Implode; arrays are bit-identical")
  func agrees() throws {
    let folder = try Folder()
    let rows = try ExportedPredictions.rows()
    for (number, exported) in try ExportCase.all().enumerated() {
      let name = "\(number + 10) \(exported.title)"
      let export = try ModelExport(exported.model, version: "0.0.0")
      _ = try folder.write(try export.onnx().bytes, to: "\(name).onnx")
      _ = try folder.write(try export.safetensors(), to: "\(name).safetensors")
      try export.writeNPZ(to: folder.path("\(name).npz"))
      let predictions = try ExportedPredictions(exported.model, of: rows)
      _ = try folder.write(try predictions.writer.bytes(), to: "\(name).expected")
    }
    do {
      print(try Python.run(Self.script, [Self.scripts, folder.path]))
    } catch let failure as Python.Failed {
      Issue.record("\(failure.output)")
    }
  }

  static let scripts = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Interop").path

  private static let script = """
    import sys
    sys.path.insert(0, sys.argv[1])
    sys.dont_write_bytecode = True
    import exports
    sys.exit(exports.main(sys.argv[2]))
    """
}
