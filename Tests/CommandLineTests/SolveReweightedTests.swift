import Datasets
import Foundation
import Testing

/// `implode solve --from RUN` with noise: samples of a model, weighted anew.
@Suite struct SolveReweightedTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  private func simulate(_ name: String, rows: Int, seed: Int, noise: Double) throws {
    let made = try Binary.run([
      "simulate", "--family", "equilibrium", "--noise-absolute", "\(noise)", "--rows", "\(rows)",
      "--seed", "\(seed)", "--out", folder[name],
    ])
    try #require(made.status == 0, "\(made.messages)")
  }

  private func solve(_ out: String, _ rest: String...) throws -> Binary {
    try Binary.run(["solve", folder["p.csv"], "--out", folder[out]] + rest)
  }

  /// log of the evidence of each event, and the variance of that.
  private func evidence(_ name: String, draws: Double) throws -> [(log: Double, variance: Double)] {
    let table = try TableReader<Double>(columns: ["log_evidence", "ess"]).read(folder[name]).table
    return (0..<table.rows).map { (table[$0, 0], 1 / table[$0, 1] - 1 / draws) }
  }

  @Test("the two estimators of the evidence agree within their errors")
  func agreement() throws {
    try simulate("noisy.csv", rows: 10_000, seed: 1, noise: 10)
    try simulate("p.csv", rows: 40, seed: 9, noise: 10)
    let trained = try Binary.run(
      folder.arguments(
        out: "run",
        [
          "--data", folder["noisy.csv"], "model.decoder=[64,64]", "model.components=4",
          "loss.reconstruction=0", "training.batch=64", "training.epochs=20", "--progress", "none",
        ]))
    #expect(trained.status == 0, "\(trained.messages)")
    let options = ["--family", "equilibrium", "--noise-absolute", "10", "--threads", "2"]
    let exact = try Binary.run(
      ["solve", folder["p.csv"], "--out", folder["a.npz"], "--summary", folder["as.csv"]]
        + ["--draws", "64"] + options)
    #expect(exact.status == 0, "\(exact.messages)")
    let model = try Binary.run(
      ["solve", folder["p.csv"], "--out", folder["b.csv"], "--summary", folder["bs.csv"]]
        + ["--draws", "512", "--from", folder["run"]] + options)
    #expect(model.status == 0, "\(model.messages)")
    #expect(model.output.contains("40 sampled: geometries that the model has no samples of"))
    let pairs = zip(try evidence("as.csv", draws: 64), try evidence("bs.csv", draws: 512))
      .filter { $1.variance < 0.2 }
    #expect(pairs.count >= 30)
    let squares = pairs.map { a, b in
      (a.log - b.log) * (a.log - b.log) / (a.variance + b.variance)
    }
    // One on average; a wrong volume of the density would make it hundreds.
    #expect(squares.reduce(0, +) / Double(squares.count) < 3, "\(squares)")
    let rows = try folder.text("b.csv").split(separator: "\n")
    #expect(rows[0] == "event,sample,weight,ess,cx,cy,cz,ox,oy,oz,sx,sy,sz")
    #expect(rows.count == 1 + 40 * 512)
    let weights = rows.dropFirst().prefix(512).map { Double($0.split(separator: ",")[2]) ?? .nan }
    #expect(abs(weights.reduce(0, +) - 1) < 1e-9)
  }

  @Test("models without a density of all relative positions are refused, and noise without a run")
  func refused() throws {
    try simulate("p.csv", rows: 3, seed: 9, noise: 10)
    #expect(try folder.train().status == 0)
    #expect(try folder.train(out: "points", "model.kind=regression").status == 0)
    let cases: [([String], String)] = [
      (["--from", folder["run"]], "is one of 4 coordinates, and there are 6 relative ones"),
      (["--from", folder["points"]], "the samples of the model have no density"),
      (["--molecule", "CHBrClF", "--family", "equilibrium"], "which has not three atoms"),
      (["--from", folder["run"], "--allow-missing"], "--allow-missing for a search from starts"),
    ]
    for (options, message) in cases {
      let result = try Binary.run(
        ["solve", folder["p.csv"], "--out", folder["x.csv"], "--noise-absolute", "10"] + options)
      #expect(result.status == 64, "\(options): \(result.messages)")
      #expect(result.messages.contains(message), "\(options): \(result.messages)")
      #expect(!folder.exists("x.csv"))
    }
  }
}
