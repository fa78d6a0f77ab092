import Foundation
import Testing
import Text

/// `implode evaluate --exact` of a small run, and what a report makes of it.
@Suite struct EvaluateExactTests {
  private let folder: TrainFolder

  init() throws {
    folder = try TrainFolder()
    try #require(try folder.train("--progress", "none").status == 0)
  }

  private static let options = ["--samples", "2", "--calibration-samples", "16", "--show", "0"]

  private func evaluate(_ rest: String...) throws -> Binary {
    try Binary.run(["evaluate", folder["run"]] + Self.options + rest)
  }

  private func exact() throws -> [String: Any] {
    try #require(try folder.object("run/evaluation.json")["exact"] as? [String: Any])
  }

  @Test("JSON has the keys of the contract; tables say what weights follow from")
  func keys() throws {
    let result = try evaluate("--exact", "--family", "random")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.contains("Exact geometries: 45 events, 16 samples each"))
    #expect(result.output.contains("Weights follow from --family random"))
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let exact = try exact()
    for key in [
      "distance_median", "distance_p95", "beyond_half_bohr", "recall", "weight_error",
      "weight_calibration_error", "exact_mean_mse", "mean_mse", "log_score", "misplaced",
    ] {
      #expect(exact[key] is Double, "\(key)")
    }
    #expect(exact["events"] as? Int == 45 && exact["samples"] as? Int == 16)
    let found = ["certified", "near_fold"].map { exact[$0] as? Int ?? 0 }
    #expect(found.reduce(0, +) == 45 && exact["true_geometry_listed"] as? Int == 45)
    // A model of three epochs knows little; the exact posterior mean is far better.
    let floor = try #require(exact["exact_mean_mse"] as? Double)
    #expect(floor > 0 && floor < 0.5 * (exact["mean_mse"] as? Double ?? 0))
    let reference = try #require(exact["exact_posterior"] as? [String: Double])
    #expect((reference["recall"] ?? 0) > (exact["recall"] as? Double ?? 1))
  }

  @Test("without --exact there is none; without --family weights are 1/|det|")
  func family() throws {
    #expect(try evaluate().status == 0)
    #expect(try folder.object("run/evaluation.json")["exact"] is NSNull)
    #expect(try evaluate("--exact").status == 0)
    let flat = try exact()
    #expect(flat["family"] as? String == "none" && flat["exact_mean_mse"] is Double)
    // No geometry of these rows is nearly straight.
    #expect(try evaluate("--exact", "--family", "oriented", "--angle-min", "179.99").status == 0)
    let outside = try exact()
    #expect(outside["outside_family"] as? Int == 45 && outside["recall"] is NSNull)
    // Equilibrium geometries are no `random` ones.
    let result = try evaluate("--exact", "--family", "equilibrium")
    #expect(result.messages.contains("are not as probable as they are by --family equilibrium"))
    #expect(try !evaluate("--exact", "--family", "random").messages.contains("as probable as"))
  }

  @Test("a report finds exact geometries by itself, and weights where a family is named")
  func report() throws {
    let arguments = ["report", folder["run"]] + Self.options
    let environment: [String: String?] = ["IMPLODE_GNUPLOT": "/nowhere"]
    #expect(try Binary.run(arguments, environment: environment).status == 0)
    var found = try exact()
    #expect(found["distance_median"] is Double && found["recall"] is NSNull)
    #expect(folder.exists("run/report/exact-geometries.dat"))
    #expect(!folder.exists("run/report/exact-weights.dat"))
    #expect(
      try Binary.run(arguments + ["--family", "random"], environment: environment).status == 0)
    found = try exact()
    #expect(found["family"] as? String == "random" && found["recall"] is Double)
    #expect(folder.exists("run/report/exact-weights.dat"))
  }

  @Test("momenta with noise have no exact geometries: evaluate says so, a report leaves them out")
  func noise() throws {
    let noisy = folder["noisy.csv"]
    #expect(
      try Binary.run([
        "simulate", "--family", "random", "--rows", "40", "--noise", "0.01", "--out", noisy,
      ]).status == 0)
    let result = try evaluate("--data", noisy, "--exact")
    #expect(result.status == 65, "\(result.messages)")
    #expect(result.messages.contains("error: \(noisy): the momenta are not exactly those of "))
    #expect(result.messages.contains("hint: exact geometries need data without noise"))
    let report = try Binary.run(
      ["report", folder["run"], "--data", noisy] + Self.options,
      environment: ["IMPLODE_GNUPLOT": "/nowhere"])
    #expect(report.status == 0, "\(report.messages)")
    #expect(
      try folder.text("run/report/index.html").contains(
        "Nothing to draw: the momenta are not exactly those of"))
  }

  @Test(
    "what cannot be compared is refused with a hint",
    arguments: [
      (["--family", "random"], "--family random without --exact"),
      (["--exact", "--calibration-rows", "0"], "--calibration-rows is 0"),
      (["--exact", "--half", "3"], "--half does not apply to --family none"),
    ])
  func refused(options: [String], message: String) throws {
    let result = try Binary.run(["evaluate", folder["run"]] + options)
    #expect(result.status == 64 && result.messages.contains(message), "\(result.messages)")
  }

  @Test("several charge states, or charges other than those of the momenta, are refused")
  func charges() throws {
    func simulate(_ charges: String, to name: String) throws -> String {
      let made = try Binary.run([
        "simulate", "--family", "random", "--rows", "120", "--charges", charges, "--out",
        folder[name],
      ])
      #expect(made.status == 0, "\(made.messages)")
      return folder[name]
    }
    let other = try simulate("1,2,3", to: "other.csv")
    let result = try evaluate("--data", other, "--exact")
    #expect(result.status == 65)
    #expect(
      result.messages.contains("error: \(other): the momenta are not exactly those of the true "),
      "\(result.messages)")
    let several = try simulate("2,2,2/1,2,3", to: "several.csv")
    let trained = try folder.train(out: "wide", "--data", several, "--progress", "none")
    #expect(trained.status == 0, "\(trained.messages)")
    let refused = try Binary.run(["evaluate", folder["wide"], "--exact"] + Self.options)
    #expect(refused.status == 65)
    #expect(
      refused.messages.contains("the rows have several charge states (qc, qo, qs)"),
      "\(refused.messages)")
  }
}
