import Foundation
import Testing
import Typesetting

/// `implode evaluate` of a small run.
@Suite struct EvaluateTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  @Test("JSON has the keys of the contract, and is kept in the run's folder")
  func json() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    let result = try Binary.run(
      ["evaluate", folder["run"], "--samples", "3", "--backend", "cpu", "--json"])
    #expect(result.status == 0, "\(result.messages)")
    #expect(try folder.text("run/evaluation.json") == result.output)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["split"] as? String == "test" && object["rows"] as? Int == 45)
    for part in ["single", "mean"] {
      let metrics = try #require(object[part] as? [String: Any])
      for key in [
        "mse", "mae", "mre_percent", "mre_median_percent", "mre2_percent", "energy_diff1",
        "energy_diff2", "resimulation_error", "bond_co", "bond_cs", "angle_ocs",
      ] {
        #expect(metrics[key] is Double, "\(part).\(key)")
      }
    }
    let calibration = try #require(object["calibration"] as? [String: Any])
    #expect(calibration["rows"] as? Int == 45 && calibration["samples"] as? Int == 256)
    #expect((calibration["coverage"] as? [Double])?.count == 4)
    #expect((object["latent"] as? [String: Any])?["dimensions"] is Int)
    #expect((object["density"] as? [String: Any])?["negative_log_likelihood"] is Double)
    #expect((object["examples"] as? [[String: Any]])?.count == 3)
    let columns = try #require(object["per_coordinate"] as? [String: [String: Double]])
    #expect(columns.count == 9 && columns["sz"]?.count == 3)
  }

  @Test("the table fits a hundred columns and has the trivial prediction")
  func table() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    let result = try Binary.run(["evaluate", folder["run"], "--samples", "2"])
    let lines = result.output.split(separator: "\n")
    #expect(lines.contains("test: 45 rows") && lines.count > 50)
    #expect(lines.last?.hasPrefix("The trivial prediction") == true)
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(result.output.contains("trivial") && result.output.contains("mean of 2"))
    let again = try Binary.run(["evaluate", folder["run"], "--samples", "2"])
    #expect(again.output == result.output)
    let other = try Binary.run(["evaluate", folder["run"], "--samples", "2", "--seed", "9"])
    #expect(other.output != result.output)
  }

  @Test("what is no run is named")
  func refused() throws {
    let nothing = try Binary.run(["evaluate", folder["nothing"]])
    #expect(nothing.status == 66)
    #expect(nothing.messages.contains("there is no checkpoints/best.safetensors"))
    #expect(try Binary.run(["evaluate"]).status == 64)
    #expect(try Binary.run(["evaluate", "a", "b"]).status == 64)
    for option in [["--samples", "0"], ["--calibration-samples", "1"], ["--show", "101"]] {
      #expect(try Binary.run(["evaluate", "a"] + option).status == 64)
    }
  }
}
