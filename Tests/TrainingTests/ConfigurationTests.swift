import Configuration
import Foundation
import Models
import ShippedConfigurations
import Testing

@testable import Training

/// The configurations that come with the program, and the page about their keys.
@Suite struct SystemConfigurationTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../configs").standardized

  @Test("every shipped configuration is read, and its models can be made")
  func shipped() throws {
    for shipped in ShippedConfiguration.all {
      let file = try ConfigurationFile(shipped.bytes, path: shipped.name)
      let resolved = try SystemConfiguration.table.resolve(
        from: SystemConfiguration(), files: [file])
      #expect(resolved.warnings == [])
      let maps = PhysicsMaps(
        positions: AffineMap(
          rows: 9, columns: 9, matrix: [Float](repeating: 1, count: 81),
          offset: [Float](repeating: 0, count: 9)),
        momenta: AffineMap(
          rows: 9, columns: 9, matrix: [Float](repeating: 1, count: 81),
          offset: [Float](repeating: 0, count: 9)), masses: [1, 1, 1], charges: [2, 2, 2])
      let stages = resolved.config.stages(
        Dimensions(targets: 9, conditions: 9), physics: maps)
      #expect(stages.count == (resolved.config.system == .twoStage ? 2 : 1))
    }
  }

  @Test("every file of the folder is in the program, and the other way round")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".json5") }.map { String($0.dropLast(".json5".count)) }
    #expect(Set(files) == Set(ShippedConfiguration.all.map(\.name)))
  }

  @Test("a resolved configuration reads back as itself")
  func roundTrip() throws {
    var config = SystemConfiguration()
    config.seed = .max
    config.data.features = [.angles, .magnitudes]
    (config.model.encoder, config.system) = ([7, 3], .latentFlow)
    let text = SystemConfiguration.table.text(of: config)
    let file = try ConfigurationFile(Array(text.utf8), path: "text")
    let back = try SystemConfiguration.table.resolve(from: SystemConfiguration(), files: [file])
    #expect(back.config == config)
  }

  @Test("the page lists every key, its default and its meaning")
  func page() throws {
    let page = Self.folder.appending(path: "README.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let mark = "<!-- keys -->\n"
    let parts = text.components(separatedBy: mark)
    try #require(parts.count == 3)
    let table = SystemConfiguration.table.markdown(defaults: SystemConfiguration())
    if ProcessInfo.processInfo.environment["IMPLODE_RECORD_SNAPSHOTS"] != nil {
      try [parts[0], table, parts[2]].joined(separator: mark)
        .write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(parts[1] == table, "IMPLODE_RECORD_SNAPSHOTS=1 records the new keys")
  }
}
