import Foundation
import Testing
import TestSupport

@testable import Reporting

/// gnuplot, where this machine has it.
let installed = Gnuplot.find(search: ProcessInfo.processInfo.environment["PATH"] ?? "")

@Suite("Reports") struct ReportTests {
  private let hostile = "<b>&\"'`touch x`\n</title><script>alert(1)</script>"

  @Test("without gnuplot there are data, scripts, tables and a page that says what to do")
  func withoutGnuplot() throws {
    let folder = try Folder()
    #expect(Gnuplot.find("/nonexistent", search: "/usr/bin") == nil)
    #expect(Gnuplot.find("no-such-gnuplot", search: "/usr/bin:/bin") == nil)
    let summary = try Report(SyntheticRun().content()).write(
      to: folder.path, gnuplot: nil, threads: 2)
    #expect(summary.isWithoutGnuplot && summary.drawn.isEmpty && summary.failures.isEmpty)
    #expect(summary.warnings.count == 1 && summary.warnings[0].contains("apt install gnuplot-nox"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.count == 2 * Figure.all.count + 2)
    let page = try text(folder, "index.html")
    #expect(page.contains("apt install gnuplot-nox") && page.contains("one sample"))
    #expect(try text(folder, "metrics.md").contains("| one sample | 0.352 |"))
  }

  @Test("titles are escaped")
  func hostileTitle() throws {
    let folder = try Folder()
    var content = try SyntheticRun().content(title: hostile)
    content.facts = [(name: hostile, value: hostile)]
    content.configuration = hostile
    _ = try Report(content).write(to: folder.path, gnuplot: nil, threads: 1)
    let page = try text(folder, "index.html")
    #expect(!page.contains("<script") && !page.contains("<b>"))
    #expect(page.contains("&lt;b&gt;&amp;&quot;&#39;`touch x`"))
    #expect(try text(folder, "metrics.md").hasPrefix("# \\<b\\>\\&\"'\\`touch x\\` \\</title\\>"))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasSuffix(".gp") || name.hasSuffix(".dat") {
      #expect(!(try text(folder, name).contains("touch")), "\(name)")
    }
  }

  @Test(
    "all figures are drawn in a folder of any name, and old files are removed",
    .enabled(if: installed != nil))
  func drawn() throws {
    let parent = try Folder()
    let folder = parent.path("it's `a` \"folder\" $HOME")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var content = try SyntheticRun().content()
    content.latent = nil
    try Data([1]).write(to: URL(fileURLWithPath: folder + "/latent.svg"))
    let executed = parent.path("executed")
    content.history.columns = content.history.columns.map {
      $0.replacing("kl", with: "it's \" } { \\ # `touch \(executed)`'; system('touch \(executed)')")
    }
    let summary = try Report(content).write(to: folder, gnuplot: installed, threads: 2)
    #expect(summary.failures.isEmpty, "\(summary.failures)")
    #expect(summary.drawn.count == Figure.all.count - 1)
    #expect(summary.notes.map(\.figure) == ["latent"])
    #expect(!FileManager.default.fileExists(atPath: executed), "gnuplot ran a name")
    let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
    for name in summary.drawn {
      #expect(files.isSuperset(of: ["dat", "gp", "svg", "png"].map { "\(name).\($0)" }))
    }
    #expect(!files.contains("latent.svg") && !files.contains { $0.hasSuffix(".tmp") })
    try check(page: String(contentsOfFile: folder + "/index.html", encoding: .utf8))
  }

  private func check(page: String) throws {
    #expect(page.utf8.count < 1_500_000, "\(page.utf8.count)")
    for forbidden in ["<script", "<title>Gnuplot", "src=", "url(http", "rgb(", "@import"] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
    let identifiers = page.matches(of: /\sid=['"]([^'"]*)['"]/).map { String($0.1) }
    #expect(Set(identifiers).count == identifiers.count)
    let known = Set(identifiers)
    for reference in page.matches(of: /href=['"]#([^'"]*)['"]/) {
      #expect(known.contains(String(reference.1)), "\(reference.1)")
    }
  }

  private func text(_ folder: Folder, _ name: String) throws -> String {
    String(decoding: try folder.read(name), as: UTF8.self)
  }
}
