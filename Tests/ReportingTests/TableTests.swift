import Foundation
import TestSupport
import Testing
import Text
import Training

@testable import Evaluation
@testable import Reporting

/// The tables of an evaluation, to the letter.
@Suite struct TableTests {
  @Test("tables are as they were", arguments: [true, false])
  func golden(isRandom: Bool) throws {
    let sheets = EvaluationTables(KnownEvaluation.make(isRandom: isRandom), split: "test").sheets
    let text = sheets.map { sheet in
      ([sheet.title, sheet.table.text(width: 100)] + (sheet.remark.map { [$0] } ?? []))
        .joined(separator: "\n")
    }.joined(separator: "\n\n")
    try compare(text + "\n", "tables-\(isRandom ? "random" : "certain").txt")
    for sheet in sheets {
      let widths = sheet.table.text(width: .max).split(separator: "\n").map(\.count)
      #expect(widths.allSatisfy { $0 <= 100 }, "\(sheet.title)")
    }
  }

  @Test("JSON is as it was", arguments: [true, false])
  func json(isRandom: Bool) throws {
    let record = EvaluationRecord(
      KnownEvaluation.make(isRandom: isRandom), split: "test",
      data: DataIdentity(file: "", fingerprint: "", rows: 0), seed: 1, version: "0",
      seconds: 1.5, requestedSamples: 16)
    let object = try JSONSerialization.jsonObject(with: Data(record.json.description.utf8))
    let text = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    // Digits beyond those that count differ between machines.
    let members = try #require(object as? [String: Any])
    #expect(Set(members.keys) == Self.keys)
    #expect(text.count > 1000)
    #expect((members["rows_fingerprint"] as? String)?.count == 32)
    let latent = try #require(members["latent"] as? [String: Any])
    #expect(latent["dimensions"] as? Int == (isRandom ? 2 : 0))
    let examples = try #require(members["examples"] as? [[String: Any]])
    #expect(examples.map { $0["row"] as? Int } == [5, 123_456])
    #expect((examples[0]["real"] as? [String: Double])?["ox"] == 2)
    #expect((members["density"] is NSNull) != isRandom)
    let exact = members["exact"] as? [String: Any]
    #expect(exact?["weight_error"] as? Double == (isRandom ? 0.125 : nil))
    #expect((members["exact"] is NSNull) != isRandom)
    let calibration = members["calibration"] as? [String: Any]
    #expect(calibration?["energy_score"] as? Double == (isRandom ? 0.75 : nil))
  }

  private static let keys: Set<String> = [
    "split", "data", "rows", "rows_fingerprint", "seed", "version", "samples", "requested_samples",
    "single", "mean", "baseline",
    "origin", "translation", "per_coordinate", "latent", "density",
    "calibration", "exact", "examples", "undefined_rows", "far_values", "unlike_training",
    "seconds",
  ]

  private func compare(_ text: String, _ name: String) throws {
    #expect(try Snapshot.recorded(text, "Golden/\(name)") == text, "make snapshots records it")
  }
}
