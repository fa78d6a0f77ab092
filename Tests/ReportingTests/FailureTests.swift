import Foundation
import Testing
import TestSupport

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
    #expect(summary.warnings.contains("figure learning was not drawn: line 7: no such thing"))
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
    #expect(!summary.failures.isEmpty)
    #expect(try isClean(folder))
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
