import Foundation
import Testing
import Text

/// The page on reliability names tests and exit codes that there are.
@Suite struct ReliabilityPageTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  /// The source of every suite, by its name.
  private func suites() throws -> [String: String] {
    let tests = Self.root.appending(path: "Tests").path
    var sources: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: tests)
    where path.hasSuffix("Tests.swift") {
      let name = URL(filePath: path).deletingPathExtension().lastPathComponent
      sources[name, default: ""] += try text("Tests/\(path)")
    }
    return sources
  }

  @Test("every test on the page exists")
  func tests() throws {
    let (page, sources) = (try text("docs/reliability.md"), try suites())
    let named = page.matches(of: /`(\w+Tests)` "([^"]+)"/)
    #expect(named.count > 60)
    for (_, suite, title) in named.map(\.output) {
      let source = try #require(sources[String(suite)], "\(suite)")
      #expect(source.contains("\"\(title)\""), "\(suite) has no test \"\(title)\"")
    }
  }

  @Test("every target of make on the page exists")
  func targets() throws {
    let makefile = try text("Makefile")
    let named = try text("docs/reliability.md").matches(of: /`make ([\w-]+)`/)
    #expect(!named.isEmpty)
    for (text, target) in named.map(\.output) {
      #expect(makefile.contains("\n\(target):"), "\(text)")
    }
  }

  @Test("the page lists every exit code, and no other")
  func exitCodes() throws {
    let source = try text("Sources/Text/ExitCode.swift")
    let codes = source.matches(of: /case \w+ = (\d+)/).map { String($0.output.1) }
    let listed = try text("docs/reliability.md").matches(of: /\n\| (\d+) \|/)
      .map { String($0.output.1) }
    #expect(!codes.isEmpty && listed == codes)
  }
}
