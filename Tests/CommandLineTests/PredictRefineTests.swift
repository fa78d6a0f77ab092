import Datasets
import Foundation
import Testing

/// `implode predict --refine`.
@Suite struct PredictRefineTests {
  private let folder: TrainFolder

  init() throws {
    folder = try TrainFolder()
    try #require(try folder.train("training.epochs=30").status == 0)
    let made = try Binary.run([
      "simulate", "--family", "random", "--rows", "8", "--seed", "5", "--precise", "--out",
      folder["p.csv"],
    ])
    try #require(made.status == 0, "\(made.messages)")
  }

  private func predict(_ out: String, _ rest: String...) throws -> Binary {
    try Binary.run(["predict", folder["run"], folder["p.csv"], "--out", folder[out]] + rest)
  }

  private func table(_ name: String) throws -> Table<Double> {
    try TableReader<Double>().read(folder[name]).table
  }

  @Test("samples are moved to the geometries of solve --from, and share their weights")
  func moved() throws {
    let result = try predict("a.csv", "--samples", "8", "--refine", "--family", "random")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.contains("moved to an exact geometry: "))
    #expect(try predict("b.csv", "--samples", "8").status == 0)
    let solved = try Binary.run([
      "solve", folder["p.csv"], "--from", folder["run"], "--draws", "8", "--family", "random",
      "--out", folder["s.npz"],
    ])
    #expect(solved.status == 0, "\(solved.messages)")
    let (refined, drawn, geometries) = (
      try table("a.csv"), try table("b.csv"), try table("s.npz")
    )
    #expect(
      refined.columns
        == drawn.columns + ["weight", "moved", "residual", "refined"])
    #expect(refined.rows == 64)
    var sums = [Double](repeating: 0, count: 9)
    for row in 0..<64 {
      let (new, old) = (Array(refined[row]), Array(drawn[row]))
      #expect(new[..<2] == old[..<2])
      let (weight, moved, residual, isRefined) = (new[11], new[12], new[13], new[14] == 1)
      sums[Int(new[0])] += weight
      let distance = zip(new[2..<11], old[2...]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        .squareRoot()
      #expect(abs(distance - moved) < 1e-5)
      guard isRefined else {
        #expect(weight == 0 && moved == 0 && residual > 1e-6)
        continue
      }
      #expect(residual < 2e-12)
      let partners = (0..<geometries.rows).filter { other in
        geometries[other, 0] == new[0]
          && (0..<9).allSatisfy { abs(geometries[other, 6 + $0] - new[2 + $0]) < 1e-7 }
      }
      #expect(partners.count == 1)
    }
    #expect(sums.dropFirst().allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test("other columns stay in front; arrays have double precision")
  func columns() throws {
    let result = try predict(
      "a.npz", "--samples", "3", "--refine", "--log-density", "--flags", "--threads", "1")
    #expect(result.status == 0, "\(result.messages)")
    #expect(try predict("b.npz", "--samples", "3", "--log-density", "--flags").status == 0)
    var reader = TableReader<Double>()
    reader.joinsSamples = true
    let (refined, drawn) = (
      try reader.read(folder["a.npz"]).table, try reader.read(folder["b.npz"]).table
    )
    #expect(
      refined.columns.suffix(6)
        == ["log_density", "flags", "weight", "moved", "residual", "refined"])
    for row in 0..<24 {
      #expect(refined[row, 9] == drawn[row, 9] && refined[row, 10] == drawn[row, 10])
      #expect(refined[row, 0] != Double(Float(refined[row, 0])) || refined[row, 14] == 0)
    }
  }

  @Test("noise below which nothing can be sharpened is refused, and so is a mean")
  func refused() throws {
    let noisy = try Binary.run([
      "simulate", "--family", "random", "--rows", "300", "--noise", "0.02", "--out",
      folder["noisy.csv"],
    ])
    #expect(noisy.status == 0)
    let trained = try Binary.run(
      folder.arguments(out: "noisy", TrainFolder.small + ["--data", folder["noisy.csv"]]))
    #expect(trained.status == 0, "\(trained.messages)")
    let cases: [(String, [String], String)] = [
      ("noisy", ["--refine"], "with noise, samples are weighted anew, not moved"),
      ("run", ["--refine", "--mean", "--samples", "4"], "--refine with --mean"),
      ("run", ["--family", "random"], "--family without --refine"),
      ("run", ["--refine", "--half", "3"], "--half does not apply to --family none"),
    ]
    for (run, options, message) in cases {
      let result = try Binary.run(
        ["predict", folder[run], folder["p.csv"], "--out", folder["x.csv"]] + options)
      #expect(result.status == 64, "\(options): \(result.messages)")
      #expect(result.messages.contains(message), "\(options): \(result.messages)")
      #expect(!folder.exists("x.csv"))
    }
    #expect(
      try Binary.run([
        "predict", folder["noisy"], folder["p.csv"], "--out", folder["x.csv"],
      ]).status == 0)
  }
}
