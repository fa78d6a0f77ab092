import Foundation
import Testing

/// Every command with molecules other than OCS, from simulation to export.
@Suite struct MoleculeRunTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 60) }

  private func run(_ arguments: String...) throws -> Binary {
    let result = try Binary.run(arguments)
    try #require(result.status == 0, "\(arguments): \(result.messages)")
    return result
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Trains the default model on the CPU and evaluates it.
  private func trainAndEvaluate(
    _ molecule: String, data: String, epochs: Int
  ) throws -> [String: Any] {
    _ = try run(
      "train", "default", "--backend", "cpu", "--threads", "1", "--data", folder[data], "--out",
      folder["run"], "--progress", "none", "molecule=\(molecule)", "model.decoder=[64,64]",
      "training.batch=64", "training.epochs=\(epochs)")
    return try object(
      run("evaluate", folder["run"], "--backend", "cpu", "--samples", "8", "--json").output)
  }

  @Test(
    "simulate, inspect, train, evaluate, predict, report, export",
    arguments: [
      ("CO2", ["bond_c_o1", "bond_c_o2", "angle_o1_c_o2"]),
      ("H2O", ["bond_o_h1", "bond_o_h2", "angle_h1_o_h2"]),
      ("CHBrClF", ["bond_c_h", "bond_c_br", "angle_br_c_cl", "handedness"]),
    ])
  func everyCommand(molecule: String, keys: [String]) throws {
    _ = try run(
      "simulate", "--molecule", molecule, "--family", "equilibrium", "--rows", "400", "--out",
      folder["data.csv"])
    let audit = try object(
      run("inspect", folder["data.csv"], "--molecule", molecule, "--json").output)
    let ratio = try #require((audit["energy"] as? [String: Any])?["ratio_median"] as? Double)
    #expect(abs(ratio - 1) < 1e-4)

    let evaluation = try trainAndEvaluate(molecule, data: "data.csv", epochs: 2)
    let metrics = try #require(evaluation["mean"] as? [String: Any])
    for key in keys { #expect(metrics[key] is Double, "\(key)") }
    #expect(metrics["bond_co"] == nil)
    #expect(try folder.object("run/run.json")["molecule"] as? String == molecule)
    #expect(try folder.text("run/config.json5").contains("molecule: \"\(molecule)\""))

    _ = try run("predict", folder["run"], folder["data.csv"], "--out", folder["out.csv"])
    let header = try folder.text("data.csv").prefix { $0 != "\n" }
    let predicted = try folder.text("out.csv").prefix { $0 != "\n" }
    #expect(header.hasPrefix(predicted + ",p"))
    _ = try run("report", folder["run"])
    let page = try folder.text("run/report/index.html")
    #expect(page.contains("Bonds and angles"))
    #expect(page.contains("not three") == (molecule == "CHBrClF"), "no Newton plot, and why")
    _ = try run("export", folder["run"], "--format", "onnx", "--out", folder["model.onnx"])
    #expect(folder.exists("model.onnx"))
  }

  @Test("handedness of a racemic CHBrClF is recovered for held-out rows")
  func handedness() throws {
    _ = try run(
      "simulate", "--molecule", "CHBrClF", "--family", "equilibrium", "--racemic", "--rows",
      "3000", "--out", folder["both.csv"])
    let evaluation = try trainAndEvaluate("CHBrClF", data: "both.csv", epochs: 12)
    let mean = try #require((evaluation["mean"] as? [String: Any])?["handedness"] as? Double)
    let baseline = (evaluation["baseline"] as? [String: Any])?["handedness"] as? Double
    #expect(mean > 0.95)
    #expect(
      (baseline ?? 1) < 0.6, "the mean position has one handedness, half of the rows the other")
  }

  @Test("the charges of each row are part of the condition, and are required")
  func charges() throws {
    _ = try run(
      "simulate", "--family", "random", "--rows", "600", "--charges", "2,2,2/1,2,2", "--out",
      folder["mixed.csv"])
    let evaluation = try trainAndEvaluate("OCS", data: "mixed.csv", epochs: 4)
    let metrics = try #require(evaluation["mean"] as? [String: Any])
    // A wrong charge of carbon makes the energy wrong by about a third.
    #expect((metrics["energy_diff1"] as? Double ?? 1) < 0.15)

    let lines = try folder.text("mixed.csv").split(separator: "\n").prefix(20)
    let uncharged = lines.map { $0.split(separator: ",").dropLast(3).joined(separator: ",") }
    try uncharged.joined(separator: "\n").write(
      toFile: folder["uncharged.csv"], atomically: true, encoding: .utf8)
    let blind = try Binary.run(
      ["predict", folder["run"], folder["uncharged.csv"], "--out", folder["out.csv"]])
    #expect(blind.status == 65 && blind.messages.contains("columns qc, qo, qs are missing"))
    let loss = try Binary.run([
      "train", "cvae-energy", "--backend", "cpu", "--data", folder["mixed.csv"],
    ])
    #expect(loss.status == 65 && loss.messages.contains("loss.energy=0"), "\(loss.messages)")
    let export = try run("export", folder["run"], "--format", "onnx", "--out", folder["m.onnx"])
    #expect(export.output.contains("charges (N, 3)"))

    #expect(try folder.train(out: "plain").status == 0)
    let other = try Binary.run(
      ["predict", folder["plain"], folder["mixed.csv"], "--out", folder["out.csv"]])
    #expect(other.status == 65 && other.messages.contains("was trained on [2.0, 2.0, 2.0] alone"))
  }

  @Test("a run says whose columns it needs, and a file gives any molecule its vibrations")
  func files() throws {
    _ = try run(
      "simulate", "--molecule", "CO2", "--family", "random", "--rows", "20", "--out",
      folder["co2.csv"])
    #expect(try folder.train(out: "plain").status == 0)
    let wrong = try Binary.run(["evaluate", folder["plain"], "--data", folder["co2.csv"]])
    #expect(wrong.status == 65)
    #expect(wrong.messages.contains("its momenta are those of c, o1, o2, not of c, o, s"))

    let text = """
      { name: "bar", atoms: ["H", "35Cl"], geometry: [[0, 0, 0], [0, 0, 1.2746]], charges: [1, 2],
        hessian: [[0,0,0,0,0,0],[0,0,0,0,0,0],[0,0,0.3314,0,0,-0.3314],
                  [0,0,0,0,0,0],[0,0,0,0,0,0],[0,0,-0.3314,0,0,0.3314]] }
      """
    try text.write(toFile: folder["bar.json5"], atomically: true, encoding: .utf8)
    _ = try run(
      "simulate", "--molecule", folder["bar.json5"], "--family", "equilibrium", "--rows", "200",
      "--out", folder["bar.csv"])
    _ = try trainAndEvaluate(folder["bar.json5"], data: "bar.csv", epochs: 1)
    // The run can be repeated from its folder: the molecule is in its configuration.
    try FileManager.default.removeItem(atPath: folder["bar.json5"])
    let again = try run("evaluate", folder["run"], "--backend", "cpu", "--json")
    #expect(try object(again.output)["rows"] as? Int == 30)
    #expect(again.output.contains("bond_hcl") == false && again.output.contains("bond_h_cl"))
  }
}
