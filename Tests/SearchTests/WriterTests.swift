import Foundation
import Search
import TestSupport
import Testing

/// Journals that several processes write, some of which are killed.
@Suite struct WriterTests {
  private let folder: Folder
  private let path: String

  init() throws {
    folder = try Folder()
    path = folder.path("journal.log")
  }

  /// Beside the tests that are running.
  private static let program: String = {
    let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: tests ?? "").deletingLastPathComponent()
      .appending(path: "journal-writer").path
  }()

  private func start(_ name: String, count: Int, grace: Int) throws -> (Process, Pipe) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: Self.program)
    process.arguments = [path, name, "\(count)", "\(grace)"]
    process.standardOutput = output
    try process.run()
    return (process, output)
  }

  /// The numbers that a writer has said are in the journal.
  private func numbers(_ output: Pipe) -> [Int] {
    String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .split(separator: "\n").compactMap { Int($0) }
  }

  /// The names of all notes, in the order of the lines.
  private func notes() throws -> [String] {
    var names: [String] = []
    try JournalFile(reading: path).read { _, line in
      names += line["user_attr"]?.members.map(\.name) ?? []
    }
    return names
  }

  @Test("of two processes that write at the same time, each line is there once, and in order")
  func together() throws {
    let writers = try ["a", "b"].map { try start($0, count: 40, grace: 30_000) }
    for (process, output) in writers {
      #expect(numbers(output) == Array(0..<40))
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    let notes = try notes()
    for name in ["a", "b"] {
      #expect(notes.filter { $0.hasPrefix(name) } == (0..<40).map { "\(name)-\($0)" })
    }
    let journal = try Journal(JournalFile(path))
    #expect(journal.state.studies.count == 1 && journal.state.trials == 1)
  }

  /// How many, `make test-journal` says; a few in any run of the tests.
  private static let kills =
    ProcessInfo.processInfo.environment["IMPLODE_TESTS_KILLS"].flatMap { Int($0) } ?? 5

  @Test(
    "of writers that are killed, no line is lost that they have said is there, and none is twice")
  func killed() throws {
    var random = SystemRandomNumberGenerator()
    for round in 0..<Self.kills {
      let (process, output) = try start("k\(round)", count: 1_000_000, grace: 50)
      // So many lines, and a bit: in the middle of an append as well as between two.
      let wanted = Int.random(in: 1...20, using: &random)
      var bytes = Data()
      while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < wanted {
        let part = output.fileHandleForReading.availableData
        if part.isEmpty { break }
        bytes += part
      }
      usleep(UInt32.random(in: 0...2000, using: &random))
      kill(process.processIdentifier, SIGKILL)
      bytes += output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      let said = String(decoding: bytes, as: UTF8.self).split(separator: "\n").count
      #expect(said >= wanted)
      let found = try notes().filter { $0.hasPrefix("k\(round)-") }
      // One more may be there than it has come to say.
      #expect(found == (0..<found.count).map { "k\(round)-\($0)" })
      #expect(found.count == said || found.count == said + 1, "\(found.count) of \(said)")
    }
    let before = try notes()
    let (process, output) = try start("last", count: 1, grace: 50)
    #expect(numbers(output) == [0])
    process.waitUntilExit()
    #expect(try notes() == before + ["last-0"])
    #expect(try Journal(JournalFile(path)).state.trials == 1)
  }
}
