import Datasets
import Foundation
import Testing

/// z out of `implode predict` and into it.
@Suite struct PredictLatentTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 90) }

  private func shell(_ line: String) throws -> Binary {
    try Binary.shell("cd '\(folder.path)'; \(line)")
  }

  private func train(_ name: String, _ settings: [String]) throws {
    let result = try Binary.run(
      folder.arguments(name, out: "run", settings + ["--progress", "none"]))
    try #require(result.status == 0, "\(result.messages)")
  }

  private func predict(_ options: String) throws -> Binary {
    try shell("implode predict run data.csv --backend cpu \(options)")
  }

  @Test(
    "z that is written and read gives the same positions, bit for bit",
    arguments: [
      ("default", TrainFolder.small, 5), ("cvae-wide", TrainFolder.smallEncoder, 2),
      ("latent-flow", TrainFolder.smallEncoder, 2),
      (
        "cinn-proposal", ["model.subnet=[8]", "training.epochs=2", "training.batch=32"], 6
      ),
    ])
  func roundTrip(_ name: String, _ settings: [String], _ width: Int) throws {
    try train(name, settings)
    for (ending, samples) in [("csv", 1), ("csv", 3), ("csv.gz", 2), ("npz", 1), ("npz", 3)] {
      let options = "--samples \(samples) --with-latents --flags --force"
      let out = try predict("\(options) --out a.\(ending)")
      #expect(out.status == 0, "\(out.messages)")
      let back = try predict("\(options) --latents a.\(ending) --seed 2 --out b.\(ending)")
      #expect(back.status == 0, "\(back.messages)")
      #expect(!back.messages.contains("warning: a.\(ending)"))
      #expect(try folder.data("a.\(ending)") == folder.data("b.\(ending)"), "\(ending), \(samples)")
      let other = try predict("\(options) --seed 2 --out c.\(ending)")
      #expect(try other.status == 0 && folder.data("a.\(ending)") != folder.data("c.\(ending)"))
    }
    #expect(try predict("--with-latents --out a.csv --force").status == 0)
    let table = try TableReader<Float>().read(folder["a.csv"]).table
    #expect(table.columns.dropFirst(9) == (1...width).map { "z\($0)" }[...])
    // Without the columns, the positions are the same.
    #expect(try predict("--out d.csv").status == 0)
    let plain = try TableReader<Float>().read(folder["d.csv"]).table
    for row in 0..<90 { #expect(Array(plain[row]) == Array(table[row][..<9])) }
  }

  @Test("one z serves all samples, from a table with or without names")
  func single() throws {
    try train("default", TrainFolder.small)
    let z: [Float] = [0.5, -1, 0.25, 2, 0]
    let text = z.map { "\($0)" }.joined(separator: ",")
    #expect(try shell("printf 'z1,z2,z3,z4,z5\\n\(text)\\n' > z.csv").status == 0)
    let result = try predict("--latents z.csv --samples 2 --with-latents --out a.csv")
    #expect(result.status == 0, "\(result.messages)")
    let table = try TableReader<Float>().read(folder["a.csv"]).table
    #expect(table.rows == 180)
    for row in 0..<180 { #expect(Array(table[row][11...]) == z) }
    // The samples of a row are one, and so is their mean.
    for row in 0..<90 { #expect(Array(table[2 * row][2...]) == Array(table[2 * row + 1][2...])) }
    let piped = try shell(
      "implode predict run data.csv --latents - --out b.csv --backend cpu < z.csv")
    #expect(piped.status == 0, "\(piped.messages)")
    let other = try TableReader<Float>().read(folder["b.csv"]).table
    for row in 0..<90 { #expect(Array(other[row]) == Array(table[2 * row][2..<11])) }
  }

  @Test("latents of another dimension or number are refused, with what is expected")
  func refused() throws {
    try train("default", TrainFolder.small)
    #expect(try predict("--with-latents --out a.csv").status == 0)
    #expect(
      try shell(
        """
        cut -d, -f 10-13 a.csv > narrow.csv; sed '1s/$/,z6/; 2,$s/$/,0/' a.csv > wide.csv
        head -90 a.csv > short.csv; sed '$p' a.csv > long.csv; sed '3s/[^,]*$/x/' a.csv > bad.csv
        """
      ).status == 0)
    let dimension =
      "hint: the latent dimension of the model is 5: give numbers in the columns z1 to z5"
    for (options, status, messages) in [
      ("--latents narrow.csv", 65, ["narrow.csv:1: column z5: is missing", dimension]),
      ("--latents wide.csv", 65, ["wide.csv: has a column z6", dimension]),
      ("--latents bad.csv", 65, ["bad.csv:3: column z5: 'x' is not a number", dimension]),
      (
        "--latents short.csv", 65,
        ["short.csv: has 89 rows of z, where at least 90 samples are predicted"]
      ),
      (
        "--latents long.csv", 65,
        [
          "long.csv: has 91 rows of z, where 90 samples are predicted",
          "give a row for each sample, in the order of predictions, or one row for all",
        ]
      ),
      (
        "--latents a.csv --samples 2", 65,
        ["at least 180 samples are predicted, 2 for each row of momenta"]
      ),
      ("--latents none.csv", 66, ["none.csv: cannot be opened"]),
    ] as [(String, Int32, [String])] {
      let result = try predict("\(options) --out out.csv")
      #expect(result.status == status, "\(options): \(result.messages)")
      #expect(
        messages.allSatisfy(result.messages.contains), "\(options): \(result.messages)")
      #expect(!folder.exists("out.csv"))
    }
  }

  @Test("options that do not go together")
  func combinations() throws {
    try train("default", TrainFolder.small)
    for option in ["--with-latents", "--log-density"] {
      let mean = try predict("--samples 2 --mean \(option) --out out.csv")
      #expect(mean.status == 64 && mean.messages.contains("\(option) with --mean\n"))
    }
    let both = try shell("implode predict run - --latents - --out out.csv < data.csv")
    #expect(both.status == 64 && both.messages.contains("momenta and latents from standard input"))
    #expect(try predict("--with-latents --out a.csv").status == 0)
    let own = try predict("--latents a.csv --out a.csv --force")
    #expect(own.status == 64 && own.messages.contains("--out is the file of latents"))
  }

  @Test("what a family has not got is refused, with the families that have it")
  func lacking() throws {
    let text =
      #"{ model: { kind: "regression", decoder: [8] }, training: { batch: 32, epochs: 1 } }"#
    try text.write(toFile: folder["regression.json5"], atomically: true, encoding: .utf8)
    try train(folder["regression.json5"], [])
    let random = "mixture, cvae, twoStage, latentFlow, flow have\n"
    for (options, message, families) in [
      ("--log-density", "has no density of positions", "mixture, flow have\n"),
      ("--with-latents", "has no latent variables", random),
      ("--latents data.csv", "has no latent variables", random),
    ] {
      let result = try predict("\(options) --out out.csv")
      #expect(
        result.status == 64
          && result.messages.contains(": a model of the family regression \(message)\n"),
        "\(result.messages)")
      #expect(result.messages.contains("hint: the families \(families)"), "\(result.messages)")
      #expect(!folder.exists("out.csv"))
    }
  }
}
