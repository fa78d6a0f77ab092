import Datasets
import Engine
import Evaluation
import Machine
import Physics
import Training
import Text

extension PredictOptions {
  func run(_ output: Output) throws {
    guard let folder, let momenta, let out else { return }
    let rule = OverwriteRule(of: "predict", isForced: force, run: folder, inputs: [momenta])
    try rule.check(out)
    let model = try SavedModel(ofRun: folder)
    let place = try Workplace.choose(backend, device: device, threads: threads)
    let threads = threads ?? CPU.threads
    let predictor = try MomentumPredictor(
      model, samples: samples, answer: mean ? .mean : .samples, seed: seed, device: place.device,
      threads: threads)
    if samples > 1, !predictor.isRandom {
      output.warn("\(folder): the model is deterministic: all samples of a row are the same")
    }
    let writer = try TableWriter(
      out, columns: predictor.columns, rows: nil, samples: mean ? 1 : samples, precision: .float32,
      threads: threads, rule: rule)
    let clock = ContinuousClock.now
    var reader = TableReader<Float>(columns: predictor.momenta)
    reader.threads = threads
    reader.molecule = model.preparation.frame.molecule
    if !model.preparation.readsCharges { reader.optional = reader.molecule.chargeColumns }
    let report = try reader.stream(
      momenta, rowsPerBlock: MomentumPredictor.rowsPerBlock(samples: samples)
    ) { table, first in
      output.status("\(Numbers.grouped(first)) rows")
      try writer.append(floats: predictor.predict(table, first: first))
    }
    try writer.close()
    output.clearStatus()
    for note in report.notes + remarks(on: predictor.oddities, file: report.file) {
      output.warn(note)
    }
    try output.print(summary(rows: report.rowsKept, since: clock), about: out)
  }

  /// `out.csv: 16 samples for each of 1,000 rows in 0.1 s, 10,000 rows per second`.
  private func summary(rows: Int, since clock: ContinuousClock.Instant) -> String {
    let seconds = (ContinuousClock.now - clock).seconds
    let count = Numbers.grouped(rows) + (rows == 1 ? " row" : " rows")
    let what =
      samples == 1
      ? count
      : (mean ? "mean of \(samples) samples" : "\(samples) samples") + " for each of \(count)"
    let rate = Int(Double(rows) / max(seconds, 1e-9))
    return "\(out == "-" ? "standard output" : out ?? ""): \(what) in "
      + "\(Numbers.fixed(seconds, digits: 1)) s, \(Numbers.grouped(rate)) rows per second"
  }

  /// A warning for each kind of row with unreliable predictions.
  private func remarks(
    on oddities: MomentumPredictor.Oddities, file: String
  ) -> [String] {
    var lines: [String] = []
    if oddities.undefinedRows > 0 {
      lines.append(
        "\(file): \(Numbers.count(oddities.undefinedRows, "row")) without motion relative to the center of "
          + "mass: their predictions are meaningless")
    }
    if oddities.farValues > 0 {
      lines.append(
        "\(file): \(Numbers.count(oddities.farValues, "value")) of momenta more than a million "
          + "standard deviations from those of training: are they in atomic units?")
    }
    if oddities.oddSizes > 0 {
      lines.append(
        "\(file): \(Numbers.count(oddities.oddSizes, "row")) with predicted molecules smaller than "
          + "0.01 bohr or larger than 1,000: are the momenta in atomic units?")
    }
    if oddities.notFinite > 0 {
      lines.append(
        "\(Numbers.count(oddities.notFinite, "prediction")) not finite: are the momenta "
          + "in atomic units?")
    }
    return lines
  }
}
