import Foundation
import TestSupport
import Testing

/// Every command of the documentation, run as it is written, with fewer rows and epochs.
@Suite struct DocumentationTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Pages with commands, in an order in which each finds what it needs.
  static let pages = [
    "README.md", "docs/predict.md", "docs/export.md", "configs/README.md", "docs/models.md",
  ]

  @Test("the commands of the first steps and of the pages on results")
  func commands() throws {
    let folder = try Folder()
    try prepare(folder)
    for page in Self.pages { try run(page, in: folder) }
  }

  /// Pages whose commands need nothing of the others.
  static let others = [
    "docs/molecules.md", "docs/inverse.md", "docs/cluster.md", "docs/tuning.md",
  ]

  @Test("the commands of the other pages", arguments: others)
  func otherPages(page: String) throws {
    let folder = try Folder()
    let space = try text("examples/search.json5").replacing("epochs: 10", with: "epochs: 2")
    _ = try folder.write(Array(space.utf8), to: "search.json5")
    try run(page, in: folder)
  }

  @Test("no page with commands is left out")
  func complete() throws {
    let names = try FileManager.default.subpathsOfDirectory(atPath: Self.root.path)
      .filter { $0.hasSuffix(".md") && !$0.contains(".build") && !$0.contains("/example-report/") }
    let found = try names.filter { try !commands(of: $0).isEmpty }
    #expect(Set(found) == Set(Self.pages + Self.others))
  }

  @Test("the Python programs of the documentation", .enabled(if: Python.interpreter != nil))
  func python() throws {
    let folder = try Folder()
    try prepare(folder)
    try run("README.md", in: folder)
    for line in [
      "simulate --family random --rows 50 --out data.npz --force",
      "predict runs/first measured.csv --samples 3 --out samples.npz",
      "export runs/first --out model.onnx", "export runs/first --out model.npz",
      "export runs/first --out model.safetensors",
      "train cinn-proposal --data data.csv --out october training.epochs=1 --backend cpu",
    ] {
      let result = try Binary.shell("cd '\(folder.path)'; implode \(line)")
      try #require(result.status == 0, "\(line): \(result.messages)")
    }
    for page in ["docs/data.md", "docs/predict.md", "docs/export.md"] {
      for program in try blocks(of: page, language: "python") where !program.contains("october") {
        let modules = program.matches(of: /(?m)^(?:import|from) (\w+)/).map { String($0.1) }
        guard modules.allSatisfy(Python.has) else { continue }
        #expect(throws: Never.self, "\(page): \(program)") {
          try Python.run("import os\nos.chdir('\(folder.path)')\na = []\n" + Self.inputs + program)
        }
      }
    }
  }

  /// What a program of a page takes from its reader.
  private static let inputs = "names = ['a']\n"

  /// The files that readers bring.
  private func prepare(_ folder: Folder) throws {
    let result = try Binary.shell(
      "cd '\(folder.path)'; implode simulate --family random --rows 40 --out measured.csv")
    try #require(result.status == 0)
    _ = try folder.write(Array("{ training: { epochs: 1 } }".utf8), to: "my.json5")
  }

  private func run(_ page: String, in folder: Folder) throws {
    for command in try commands(of: page) {
      let result = try Binary.shell(
        "export IMPLODE_GNUPLOT=/nonexistent; cd '\(folder.path)'; \(shortened(command))")
      #expect(result.status == 0, "\(page): \(command): \(result.messages)")
    }
  }

  /// The same command for little data. A later setting counts more than an earlier one.
  private func shortened(_ command: String) -> String {
    command
      .replacing(/--rows \d+/, with: "--rows 300")
      .replacing(/--draws \d+/, with: "--draws 2")
      .replacing(/--trials \d+/, with: "--trials 2 --progress none")
      .replacing("=20 ", with: "=1 ")
      .replacing("implode train ", with: "implode train training.epochs=1 --progress none ")
      .replacing("implode evaluate ", with: "implode evaluate --calibration-rows 20 ")
      .replacing("implode report ", with: "implode report --calibration-rows 20 ")
      .replacing(" RUN ", with: " runs/first ")
  }

  /// The lines of code on a page that begin with the name of the program.
  private func commands(of page: String) throws -> [String] {
    var isFenced = false
    return try text(page).split(separator: "\n").compactMap { line in
      if line.hasPrefix("```") { isFenced.toggle() }
      let isCode = isFenced || line.hasPrefix("    ")
      let code = line.drop { $0 == " " }
      return isCode && code.hasPrefix("implode ") ? String(code) : nil
    }
  }

  private func blocks(of page: String, language: String) throws -> [String] {
    try text(page).split(separator: "```\(language)\n").dropFirst()
      .map { String($0.prefix(upTo: $0.firstRange(of: "\n```")?.lowerBound ?? $0.endIndex)) }
  }

  private func text(_ page: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)
  }
}
