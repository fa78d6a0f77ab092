import Foundation
import Glibc
import TestSupport
import Testing

/// Results never take the place of files that somebody may want to keep.
@Suite struct OverwriteTests {
  private let folder: TrainFolder

  init() throws {
    folder = try TrainFolder(rows: 60)
    let result = try folder.train("--progress", "none", "training.epochs=1")
    try #require(result.status == 0, "\(result.messages)")
  }

  private func predict(to out: String, _ rest: String...) throws -> Binary {
    try Binary.run(
      ["predict", folder["run"], folder["data.csv"], "--out", folder[out], "--backend", "cpu"]
        + rest)
  }

  private func simulate(to out: String, _ rest: String...) throws -> Binary {
    try Binary.run(
      ["simulate", "--family", "random", "--rows", "3", "--out", folder[out]] + rest)
  }

  private func export(to out: String, _ rest: String...) throws -> Binary {
    try Binary.run(["export", folder["run"], "--out", folder[out]] + rest)
  }

  /// The file is as it was, and the command says why.
  private func expectKept(
    _ name: String, _ message: String, _ run: () throws -> Binary,
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let before = try folder.data(name)
    let result = try run()
    #expect(result.status == 73, "\(name): \(result.messages)", sourceLocation: place)
    #expect(result.messages.contains(message), "\(result.messages)", sourceLocation: place)
    #expect(result.messages.contains("\nhint: "), sourceLocation: place)
    #expect(try folder.data(name) == before, "\(name)", sourceLocation: place)
  }

  private func write(_ text: String, to name: String) throws {
    try text.write(toFile: folder[name], atomically: true, encoding: .utf8)
  }

  @Test("no command overwrites the files of a run, checkpoints and inputs, even with --force")
  func never() throws {
    for name in ["metrics.csv", "log.txt", "lock"] {
      try expectKept("run/\(name)", "belongs to the run in '") {
        try predict(to: "run/\(name)", "--force")
      }
      try expectKept("run/\(name)", "belongs to the run in '") {
        try simulate(to: "run/\(name)", "--force")
      }
    }
    for name in ["config.json5", "run.json", "metrics.csv", "lock"] {
      try expectKept("run/\(name)", "belongs to the run in '") {
        try export(to: "run/\(name)", "--force", "--format", "onnx")
      }
    }
    let best = "run/checkpoints/best.safetensors"
    try expectKept(best, "belongs to the run in '") { try export(to: best, "--force") }
    try write("1", to: "run/checkpoints/mine.csv")
    try expectKept("run/checkpoints/mine.csv", "belongs to the run in '") {
      try predict(to: "run/../run/checkpoints/mine.csv", "--force")
    }
    #expect(symlink(folder["run/checkpoints"], folder["elsewhere"]) == 0)
    try expectKept(best, "belongs to the run in '") {
      try export(to: "elsewhere/best.safetensors", "--force")
    }
    #expect(try predict(to: "run/checkpoints/new.csv").status == 73)
    #expect(!folder.exists("run/checkpoints/new.csv"))
    try FileManager.default.copyItem(atPath: folder[best], toPath: folder["kept.safetensors"])
    try expectKept("kept.safetensors", "kept.safetensors: is a checkpoint\n") {
      try export(to: "kept.safetensors", "--force")
    }
  }

  @Test("an input is never overwritten, by whatever name")
  func inputs() throws {
    #expect(symlink(folder["data.csv"], folder["symbolic.csv"]) == 0)
    #expect(link(folder["data.csv"], folder["hard.csv"]) == 0)
    for out in ["data.csv", "symbolic.csv", "hard.csv"] {
      try expectKept(out, ": is an input of this command") {
        try Binary.run([
          "simulate", "--positions", folder["data.csv"], "--force", "--out", folder[out],
        ])
      }
    }
    try write("3\nwater\nO 0 0 0\nH 1 0 0\nH 0 1 0\n", to: "water.xyz")
    try expectKept("water.xyz", ": is an input of this command") {
      try simulate(to: "water.xyz", "--force", "--molecule", folder["water.xyz"])
    }
  }

  @Test("other files need --force, until the command has written them itself")
  func force() throws {
    try write("kept", to: "a.csv")
    try expectKept("a.csv", "a.csv: exists, and was not written by `implode predict`\n") {
      try predict(to: "a.csv")
    }
    #expect(try predict(to: "a.csv").messages.contains("hint: --force overwrites it;"))
    #expect(try predict(to: "a.csv", "--force").status == 0)
    #expect(try predict(to: "a.csv", "--seed", "2").status == 0)
    // What one command has written is not another's.
    try expectKept("a.csv", "was not written by `implode simulate`\n") {
      try simulate(to: "a.csv")
    }
    try expectKept("data.csv", "was not written by `implode export`\n") {
      try export(to: "data.csv", "--format", "npz")
    }
    #expect(try simulate(to: "data.csv").status == 0)
    // Changed, even if its size is the same; and a copy.
    try FileHandle(forUpdating: URL(filePath: folder["a.csv"])).write(contentsOf: Data([0x43]))
    try expectKept("a.csv", "a.csv: exists, and is not as `implode predict` left it\n") {
      try predict(to: "a.csv")
    }
    #expect(try predict(to: "a.csv", "--force").status == 0)
    #expect(try Binary.shell("cp -a '\(folder["a.csv"])' '\(folder["copy.csv"])'").status == 0)
    // Where the file system has no attributes, nothing is known of a copy.
    try expectKept("copy.csv", "copy.csv: exists, and ") {
      try predict(to: "copy.csv")
    }
    // Nothing is lost with an empty file.
    try write("", to: "empty.csv")
    #expect(try predict(to: "empty.csv").status == 0)
    for name in ["m.onnx", "m.npz", "m.safetensors"] {
      #expect(try export(to: name).status == 0)
      #expect(try export(to: name).status == 0)
    }
  }

  @Test("a link stays a link to the file that is written")
  func links() throws {
    #expect(symlink(folder["target.csv"], folder["link.csv"]) == 0)
    let dangling = try predict(to: "link.csv", "--force")
    #expect(dangling.status == 73, "\(dangling.messages)")
    #expect(dangling.messages.contains("link.csv: is a link to a file that does not exist\n"))
    try write("", to: "target.csv")
    #expect(try predict(to: "link.csv").status == 0)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder["link.csv"])
        == folder["target.csv"])
    #expect(try folder.text("target.csv").hasPrefix("cx,cy,cz"))
  }

  @Test("a file that appears while the command works is kept", .inDebugBuilds)
  func meanwhile() throws {
    let running = try RunningTraining(
      ["predict", folder["run"], folder["data.csv"], "--out", folder["late.csv"]],
      holdingAt: ["write late.csv"])
    try running.waitUntilHeld(at: "write late.csv")
    try write("mine", to: "late.csv")
    try running.goOn()
    let end = try running.end()
    #expect(end.status == 73)
    #expect(end.messages.contains("late.csv: exists, and was not written by"))
    #expect(try folder.text("late.csv") == "mine")
    #expect(folder.files().allSatisfy { !$0.hasSuffix(".tmp") })
  }

  @Test("a report in another folder keeps files that are not its own")
  func report() throws {
    func report(_ rest: String...) throws -> Binary {
      try Binary.run(
        ["report", folder["run"], "--samples", "1", "--calibration-rows", "0"] + rest,
        environment: ["IMPLODE_GNUPLOT": "/nonexistent/gnuplot"])
    }
    try FileManager.default.createDirectory(
      atPath: folder["web"], withIntermediateDirectories: true)
    try write("mine", to: "web/index.html")
    try expectKept("web/index.html", "was not written by `implode report`\n") {
      try report("--out", folder["web"])
    }
    #expect(folder.files("web") == ["index.html"])
    #expect(try report("--out", folder["web"], "--force").status == 0)
    #expect(try report("--out", folder["web"]).status == 0)
    #expect(try report().status == 0)
    try write("<html>", to: "run/report/index.html")
    #expect(try report("--out", folder["run/report"]).status == 0)
    #expect(try folder.text("run/report/index.html").hasPrefix("<!DOCTYPE html>"))
  }
}
