import Foundation
import Glibc
import TestSupport
import Testing
import Text

@testable import Machine

/// Temporary files, and what becomes of them when the program ends before it is done.
@Suite struct LeftoverTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 60) }

  private var temporary: [String] { folder.files().filter { $0.hasSuffix(".tmp") }.sorted() }

  /// `implode simulate` that holds with half of its header written.
  private func simulating() throws -> RunningTraining {
    let running = try RunningTraining(
      ["simulate", "--family", "random", "--rows", "9", "--out", folder["x.csv"]],
      holdingAt: ["write x.csv"])
    try running.waitUntilHeld(at: "write x.csv")
    return running
  }

  @Test(
    "a signal removes the temporary file and ends the program as usual", .inDebugBuilds,
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func signals(_ signal: Int32) throws {
    let running = try simulating()
    #expect(temporary.count == 1)
    running.kill(signal)
    #expect(try running.end().status == -signal)
    #expect(folder.files() == ["data.csv"])
  }

  @Test("a program that nohup started outlives SIGHUP", .inDebugBuilds)
  func nohup() throws {
    let running = try RunningTraining(
      ["simulate", "--family", "random", "--rows", "9", "--out", folder["x.csv"]],
      holdingAt: ["write x.csv"], by: ["nohup"])
    try running.waitUntilHeld(at: "write x.csv")
    running.kill(SIGHUP)
    try running.goOn()
    #expect(try running.end().status == 0)
    #expect(folder.exists("x.csv"))
  }

  @Test("a signal during a report ends gnuplot, and no temporary file stays")
  func report() throws {
    #expect(try folder.train("--progress", "none", "training.epochs=1").status == 0)
    // It says that it has started, and does not end.
    try "#!/bin/sh\necho $$ >> '\(folder["started"])'\nexec sleep 1000\n".write(
      toFile: folder["gnuplot"], atomically: true, encoding: .utf8)
    #expect(chmod(folder["gnuplot"], 0o755) == 0)
    let running = try RunningTraining(
      [
        "report", folder["run"], "--samples", "1", "--calibration-rows", "0", "--out",
        folder["page"], "--threads", "1",
      ], by: ["IMPLODE_GNUPLOT=\(folder["gnuplot"])"])
    try running.wait { (try? folder.text("started"))?.hasSuffix("\n") == true }
    let child = try folder.text("started").split(separator: "\n")[0]
    #expect(folder.files("page").count { $0.hasSuffix(".tmp") } == 3)
    running.kill(SIGTERM)
    #expect(try running.end().status == -SIGTERM)
    // A report that is not complete is none.
    #expect(!folder.exists("page"), "\(folder.files("page"))")
    // Killed, and gone as soon as it has been told; only a zombie may be left of it.
    let start = ContinuousClock.now
    while let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8),
      !state.contains(") Z")
    {
      try #require(ContinuousClock.now - start < .seconds(600))
      usleep(2000)
    }
  }

  @Test(
    "what a killed program has left, the next one removes; not what a living one writes to",
    .inDebugBuilds)
  func killed() throws {
    let dead = try simulating()
    dead.kill(SIGKILL)
    #expect(try dead.end().status == -SIGKILL)
    let living = try simulating()
    // The second one has removed what the first one left.
    #expect(temporary.count == 1)
    // Names that are nearly those of temporary files, and a link.
    let others = [
      "x.csv.123.tmp", "x.implode-0123456789abcdeg.tmp", "x.csv.implode-0123456789abcdef",
      "implode-0123456789abcdef.tmp",
    ]
    for name in others { try Data([1]).write(to: URL(filePath: folder[name])) }
    // Somebody's own file, and a copy of a temporary one, prove nothing by their names.
    let own = ["notes.implode-1123456789abcdef.tmp", "copy.implode-2123456789abcdef.tmp"]
    try Data("my notes".utf8).write(to: URL(filePath: folder[own[0]]))
    let copied = try Binary.shell(
      "cp --preserve=xattr '\(folder[temporary.first { $0.hasPrefix("x.csv.implode") } ?? ""])' "
        + "'\(folder[own[1]])'")
    #expect(copied.status == 0, "\(copied.messages)")
    #expect(symlink(folder["data.csv"], folder["y.implode-0123456789abcdef.tmp"]) == 0)
    let result = try Binary.run([
      "simulate", "--family", "random", "--rows", "2", "--out", folder["z.csv"],
    ])
    #expect(result.status == 0, "\(result.messages)")
    #expect(temporary.count == 1 + 3 + 2 + 1, "\(temporary)")
    #expect(try folder.text(own[0]) == "my notes" && folder.exists(own[1]))
    #expect(others.allSatisfy(folder.exists))
    try living.goOn()
    #expect(try living.end().status == 0)
    #expect(folder.exists("x.csv"))
  }

  @Test("a leftover of the same process number is in nobody's way")
  func numbers() throws {
    let result = try Binary.shell(
      "for n in $(seq 1 9); do echo > '\(folder["x.csv"])'.$((BASHPID + n)).tmp; done; "
        + "implode simulate --family random --rows 2 --out '\(folder["x.csv"])'")
    #expect(result.status == 0, "\(result.messages)")
  }

  @Test("a temporary file is locked until it has its name, and has a name of any length")
  func lock() throws {
    let long = String(repeating: "é", count: 120)
    for name in ["a", long] {
      let file = try TemporaryFile(for: folder[name])
      #expect(TemporaryFile.finalName(of: URL(filePath: file.path).lastPathComponent) != nil)
      close(file.opened())
      TemporaryFile.removeLeftovers(in: folder.path)
      #expect(Files.exist(file.path))
      #expect(file.rename(to: folder[name]) && folder.exists(name))
    }
    do {
      let file = try TemporaryFile(for: folder["b"])
      #expect(temporary.count == 1)
      withExtendedLifetime(file) {}
    }
    #expect(temporary.isEmpty)
  }

  @Test("a file for which there is no room is refused before it is written")
  func room() throws {
    try OutputFile.checkRoom(for: 1, at: folder["a.csv"])
    try OutputFile.checkRoom(for: .max, at: "-")
    try OutputFile.checkRoom(for: .max, at: "/dev/null")
    let error = #expect(throws: Failure.self) {
      try OutputFile.checkRoom(for: 1 << 60, at: folder["a.csv"])
    }
    #expect(
      error?.code == .output && error?.message.contains("needs at least 1073741824.0 GiB") == true)
  }

  @Test("where there are no locks nothing is taken for a leftover")
  func noLocks() throws {
    try FileCalls.$current.withValue(.withoutLocks) {
      let file = try TemporaryFile(for: folder["a"])
      TemporaryFile.removeLeftovers(in: folder.path)
      #expect(Files.exist(file.path))
    }
  }
}
