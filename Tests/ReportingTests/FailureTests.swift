import Foundation
import Glibc
import Machine
import Synchronization
import Testing
import TestSupport
import Text

@testable import Reporting

/// Programs that are called gnuplot and do not draw.
@Suite("Drawing that fails") struct FailureTests {
  private func report(_ script: String, limit: Double = 60) throws -> (ReportSummary, Folder) {
    let (program, folder) = (try Folder(), try Folder())
    let path = try program.write(Array("#!/bin/sh\n\(script)\n".utf8), to: "gnuplot")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    var gnuplot = try #require(Gnuplot.find(path, search: ""))
    gnuplot.limit = limit
    var content = ReportContent(title: "one", evaluated: try SyntheticRun().content().evaluated)
    content.history = SyntheticRun.history(epochs: 3)
    return (try Report(content).write(to: folder.path, gnuplot: gnuplot, threads: 8), folder)
  }

  /// No picture is left, whole or in part, but the numbers are.
  private func isClean(_ folder: Folder) throws -> Bool {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return !files.contains { $0.hasSuffix("svg") || $0.hasSuffix("png") || $0.hasSuffix("tmp") }
      && files.contains("learning.dat") && files.contains("learning.gp")
  }

  @Test("an error is reported in gnuplot's own words, and the page is there")
  func error() throws {
    let (summary, folder) = try report("echo 'line 7: no such thing' >&2; echo ^ >&2; exit 1")
    #expect(summary.drawn.isEmpty)
    #expect(
      summary.failures.contains { $0 == .init(figure: "learning", reason: "line 7: no such thing") }
    )
    #expect(summary.warnings.count == 1)
    #expect(summary.warnings[0].hasPrefix("figures learning, components, "))
    #expect(summary.warnings[0].hasSuffix(" were not drawn: line 7: no such thing"))
    #expect(try isClean(folder))
    #expect(
      String(decoding: try folder.read("index.html"), as: UTF8.self).contains("no such thing"))
  }

  @Test("a truncated picture is an error even if gnuplot succeeds")
  func truncated() throws {
    let (summary, folder) = try report(
      """
      for f in $(echo "$3" | tr ';' '\\n' | cut -d "'" -f 2); do echo '<svg' > "$f"; done
      """)
    #expect(summary.failures.allSatisfy { $0.reason.contains("has no end") })
    #expect(!summary.failures.isEmpty)
    #expect(try isClean(folder))
  }

  @Test("gnuplot is stopped if it does not end")
  func endless() throws {
    let (summary, folder) = try report("exec sleep 100", limit: 0.05)
    #expect(summary.failures.allSatisfy { $0.reason.contains("was stopped") })
    #expect(summary.failures.count > 5)
    // The limit is that of all figures, and what became of them is said once.
    #expect(summary.warnings.count { $0.contains("was stopped") } == 1)
    #expect(summary.warnings.contains { $0.hasPrefix("figures learning, ") })
    #expect(try isClean(folder))
    #expect(
      String(decoding: try folder.read("index.html"), as: UTF8.self).contains("was stopped"))
  }

  @Test("on a disk that becomes full at any file, no part of the report stays")
  func full() throws {
    let report = Report(try SyntheticRun().content())
    let (whole, earlier) = (try Folder(), try Folder())
    let written = try counting(failingAt: .max) {
      try report.write(to: whole.path, gnuplot: nil, threads: 1)
    }
    #expect(written.count > 20)
    _ = try report.write(to: earlier.path, gnuplot: nil, threads: 1)
    let page = try earlier.read("index.html")
    for number in [1, 2, written.count / 2, written.count - 1, written.count] {
      let new = try Folder()
      let place = new.path("report")
      let failure = try counting(failingAt: number) {
        try report.write(to: place, gnuplot: nil, threads: 1)
      }.failure
      #expect(failure?.code == .output)
      #expect(failure?.message.contains("No space left on device") == true)
      #expect(failure?.hint.hasPrefix("the incomplete report was removed; make room") == true)
      #expect(!FileManager.default.fileExists(atPath: place), "\(number)")
      let again = try counting(failingAt: number) {
        try report.write(to: earlier.path, gnuplot: nil, threads: 1)
      }.failure
      #expect(again?.hint.contains("index.html' is that of an earlier report;") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: earlier.path) == ["index.html"])
      #expect(try earlier.read("index.html") == page)
    }
  }

  @Test("in a folder where no file can be created, room is not the remedy")
  func refused() throws {
    // Nobody can create files there, not even root, and reports have none to remove there.
    let failure = #expect(throws: Failure.self) {
      try Report(SyntheticRun().content()).write(to: "/sys", gnuplot: nil, threads: 1)
    }
    #expect(failure?.code == .creation)
    #expect(failure?.message.contains("cannot be created: ") == true)
    #expect(
      failure?.hint == "the incomplete report was removed; name another folder with --out")
  }

  /// Writes a report with a disk that is full from one call on.
  private func counting(
    failingAt number: Int, _ write: () throws -> ReportSummary
  ) throws -> (count: Int, failure: Failure?) {
    let count = Atomic<Int>(0)
    var calls = FileCalls()
    calls.write = { file, bytes, length in
      guard count.add(1, ordering: .relaxed).newValue < number else {
        errno = ENOSPC
        return -1
      }
      return Glibc.write(file, bytes, length)
    }
    var failure: Failure?
    try FileCalls.$current.withValue(calls) {
      do { _ = try write() } catch { failure = try #require(error as? Failure) }
    }
    return (count.load(ordering: .relaxed), failure)
  }

  @Test("a folder that cannot be made is an error with a hint")
  func folder() throws {
    let folder = try Folder()
    let file = try folder.write([1], to: "file")
    #expect(throws: (any Error).self) {
      try Report(SyntheticRun().content()).write(to: file + "/report", gnuplot: nil, threads: 1)
    }
  }
}
