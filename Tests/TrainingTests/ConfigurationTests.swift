import Configuration
import Datasets
import Foundation
import Models
import Physics
import ShippedConfigurations
import TestSupport
import Testing

@testable import Training

/// The configurations that come with the program, and the page about their keys.
@Suite struct RunConfigurationTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../configs").standardized

  @Test("every shipped configuration is read, and its models can be made")
  func shipped() throws {
    for shipped in ShippedConfiguration.all {
      let file = try ConfigurationFile(shipped.bytes, path: shipped.name)
      let resolved = try RunConfiguration.table.resolve(files: [file])
      #expect(resolved.warnings == [])
      let maps = PhysicsMaps(
        positions: AffineMap(
          rows: 9, columns: 9, matrix: [Float](repeating: 1, count: 81),
          offset: [Float](repeating: 0, count: 9)),
        momenta: AffineMap(
          rows: 9, columns: 9, matrix: [Float](repeating: 1, count: 81),
          offset: [Float](repeating: 0, count: 9)), masses: [1, 1, 1], charges: [2, 2, 2])
      let model = resolved.config.model.model(
        Dimensions(targets: 9, conditions: 9), physics: maps)
      #expect(model.earlierStages.isEmpty == (shipped.name != "two-stage"))
    }
  }

  @Test("the embedded configurations are those of the folder")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".json5") }.map { String($0.dropLast(".json5".count)) }
    #expect(Set(files) == Set(ShippedConfiguration.all.map(\.name)))
  }

  @Test("a resolved configuration reads back as itself", arguments: ModelKind.allCases)
  func roundTrip(_ kind: ModelKind) throws {
    var config = RunConfiguration(kind)
    config.trainingSettings.seed = .max
    config.preparationSettings.features = [.angles, .magnitudes]
    let file = try ConfigurationFile(Array(config.text.utf8), path: "text")
    let back = try RunConfiguration.table.resolve(files: [file])
    #expect(back.config.text == config.text && back.config.kind == kind)
    #expect(back.warnings == [])
  }

  @Test("every family has a name of its own, and every key in its group says one thing")
  func families() {
    let names = ModelKind.allCases.map(\.choiceName)
    #expect(Set(names).count == names.count)
    // A number that changes its type with the kind could not be overridden by one program.
    for key in RunConfiguration.table.keys {
      for kind in ModelKind.allCases {
        let own = RunConfiguration.table.table(of: RunConfiguration(kind))[key.name]
        #expect(own.map { $0.noun == key.noun } ?? true, "\(key.name) of \(kind.choiceName)")
      }
    }
  }

  @Test("the page lists every key, its default and its meaning")
  func page() throws {
    let page = Self.folder.appending(path: "README.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let mark = "<!-- keys -->\n"
    let parts = text.components(separatedBy: mark)
    try #require(parts.count == 3)
    let new = [parts[0], RunConfiguration.table.markdown, parts[2]].joined(separator: mark)
    #expect(
      try Snapshot.recorded(new, "../../configs/README.md") == new,
      "make snapshots records the new keys")
  }
}
