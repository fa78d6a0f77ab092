import Foundation
import TestSupport
import Testing

/// What is written in Python for users, on runs of a test, where Python has what it needs.
@Suite(.enabled(if: Python.has("matplotlib, numpy, onnxruntime, safetensors")))
struct NotebookTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let page = root.appending(path: "examples/notebook.py").path
  private static let document = root.appending(path: "docs/export.md").path

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

  /// Every snippet by itself, in the order of the page.
  private static let snippets = """
    import os, re, sys
    text = open(sys.argv[1]).read()
    os.chdir(sys.argv[2])
    for code in re.findall(r"```python\\n(.*?)```", text, re.DOTALL):
        scope = {}
        exec(compile(code, sys.argv[1], "exec"), scope)
        if "positions" in scope: print(scope["positions"].shape)
    """

  @Test("the snippets of docs/export.md run")
  func snippets() throws {
    let folder = try TrainFolder()
    for (name, configuration) in [("model", "default"), ("october", "cvae-october")] {
      let arguments = folder.arguments(
        configuration, out: name,
        (name == "model" ? TrainFolder.small : TrainFolder.smallEncoder) + ["--progress", "none"])
      #expect(try Binary.run(arguments).status == 0)
      for ending in ["onnx", "safetensors", "npz"] {
        let file = folder["\(name).\(ending)"]
        #expect(try Binary.run(["export", folder[name], "--out", file]).status == 0)
      }
    }
    do {
      let text = try Python.run(Self.snippets, [Self.document, folder.path])
      #expect(text.contains("(300, 9)\n(1000, 9)"), "\(text)")
    } catch let failure as Python.Failed {
      Issue.record("\(failure.output)")
    }
  }

  @Test("the notebook draws its pictures for several samples and for one")
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
