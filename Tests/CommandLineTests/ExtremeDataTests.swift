import Foundation
import Testing

/// Numbers that are far from those of molecules: training ends with numbers, or says where not.
@Suite struct ExtremeDataTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 60) }

  /// The rows with a range of columns multiplied.
  private func scale(_ columns: Range<Int>, by factor: Double) throws {
    let lines = try folder.text("data.csv").split(separator: "\n")
    let rows = lines.dropFirst().map { line in
      line.split(separator: ",").enumerated().map { column, cell in
        columns.contains(column) ? "\((Double(String(cell)) ?? .nan) * factor)" : String(cell)
      }.joined(separator: ",")
    }
    try (String(lines[0]) + "\n" + rows.joined(separator: "\n") + "\n").write(
      toFile: folder["scaled.csv"], atomically: true, encoding: .utf8)
  }

  @Test(
    "huge and tiny positions and momenta", arguments: [1e30, 1e-30, 1e-45],
    [0..<9, 9..<18, 0..<18])
  func scaled(by factor: Double, columns: Range<Int>) throws {
    try scale(columns, by: factor)
    for configuration in ["default", "cinn-proposal", "cvae-energy"] {
      let result = try Binary.run(
        folder.arguments(
          configuration, out: configuration,
          ["--data", folder["scaled.csv"], "training.batch=32", "training.epochs=2"]))
      // Energies are squares of momenta, which no Float holds.
      let overflows = configuration == "cvae-energy" && factor > 1 && columns.contains(9)
      #expect(result.status == (overflows ? 76 : 0), "\(configuration): \(result.messages)")
      guard !overflows else {
        #expect(result.messages.contains("the term 'energy' of the loss"))
        continue
      }
      let metrics = try folder.text("\(configuration)/metrics.csv").dropFirst(10)
      #expect(metrics.firstMatch(of: /nan|inf/) == nil, "\(configuration): \(metrics)")
    }
  }

  @Test("a column that never changes is dropped, or refused by name")
  func constant() throws {
    try scale(0..<1, by: 0)
    let data = ["--data", folder["scaled.csv"], "data.frame=raw", "data.independent=false"]
    let dropped = try Binary.run(folder.arguments(out: "run", TrainFolder.small + data))
    #expect(dropped.status == 0, "\(dropped.messages)")
    let refused = try Binary.run(
      folder.arguments(out: "no", TrainFolder.small + data + ["data.constants=refuse"]))
    #expect(refused.status == 65 && refused.messages.contains("column cx"), "\(refused.messages)")
  }
}
