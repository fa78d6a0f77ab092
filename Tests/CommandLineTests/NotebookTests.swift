import Foundation
import TestSupport
import Testing

/// The page of `examples` on a run, where Python has what it needs.
@Suite(.enabled(if: Python.has("matplotlib, numpy, onnxruntime, safetensors")))
struct NotebookTests {
  private static let page = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "examples/notebook.py").path

  /// Positions as `predict` writes them: those of the table, and noise.
  private static let prediction = """
    import sys, numpy as np
    names = open(sys.argv[1]).readline().strip().split(",")
    table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
    columns = [a + x for a in "cos" for x in "xyz"]
    true = table[:, [names.index(name) for name in columns]]
    noise = np.random.default_rng(1).normal(size=(len(true), 5, 9))
    data = true[:, None] + 0.3 * noise
    np.savez(sys.argv[2], columns=np.array(columns), data=data.astype("f4"))
    np.savez(sys.argv[3], columns=np.array(columns), data=data[:, 0].astype("f4"))
    """

  private static let script = """
    import runpy, sys
    sys.dont_write_bytecode = True
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
    """

  @Test("it draws its pictures, of several draws and of one")
  func pictures() throws {
    let folder = try TrainFolder()
    #expect(try folder.train("--progress", "none").status == 0)
    for arguments in [
      ["evaluate", folder["run"], "--backend", "cpu"],
      ["export", folder["run"], "--out", folder["run/model.onnx"]],
    ] {
      let result = try Binary.run(arguments)
      #expect(result.status == 0, "\(result.messages)")
    }
    do {
      let files = ["data.csv", "several.npz", "one.npz"].map { folder[$0] }
      try Python.run(Self.prediction, files)
      for file in files.dropFirst() {
        let text = try Python.run(Self.script, [Self.page, folder["run"], file, files[0]])
        #expect(text.contains("300 events") && text.contains("mean squared error"), "\(text)")
        #expect(text.contains("ONNX Runtime: 300 events"), "\(text)")
        for name in ["learning-curves", "one-event", "predicted-and-true"] {
          let picture = try folder.data("run/pictures/\(name).png")
          #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]) && picture.count > 10_000)
          try FileManager.default.removeItem(atPath: folder["run/pictures/\(name).png"])
        }
      }
    } catch let failure as Python.Failed {
      Issue.record("\(failure.output)")
    }
  }
}
