import Glibc
import Physics
import Text

@testable import Evaluation
@testable import Reporting

extension SyntheticRun {
  static func calibration(_ posterior: PosteriorSamples) -> Calibration {
    let width = posterior.molecule.width
    let columns = posterior.molecule.positionColumns.enumerated().map { c, name in
      let ranks = (0..<posterior.count).map { row in
        let below = posterior.samples(ofRow: row, column: c).count {
          $0 < posterior.truth[row * width + c]
        }
        return (Double(below) + 0.5) / Double(posterior.samples + 1)
      }
      let coverage = Calibration.levels.map { Calibration.coverage(of: ranks, level: $0) }
      return Calibration.Column(
        name: name, ranks: ranks, pValue: 0.4, coverage: coverage, crps: 0.02)
    }
    return Calibration(
      rows: posterior.count, samples: posterior.samples, columns: columns, energyScore: 0.1)
  }

  /// As if the true geometry and another one, with carbon 0.8 bohr away, had the same momenta, where
  /// there is a second branch.
  static func exact(_ posterior: PosteriorSamples, family: String? = "random") -> ExactComparison {
    let (width, samples) = (posterior.molecule.width, posterior.samples)
    let rows = (0..<posterior.count).map { row in
      let truth = posterior.truth[row * width..<(row + 1) * width].map(Double.init)
      let other = truth.enumerated().map { $0.offset < 3 ? $0.element + 0.8 : $0.element }
      let geometries = row % 8 == 3 ? [truth, other] : [truth]
      let near = (0..<samples).map { sample in
        ExactRow.nearest(
          to: posterior.values[
            (row * samples + sample) * width..<(row * samples + sample + 1) * width],
          of: geometries)
      }
      return ExactRow(
        row: row, geometries: geometries,
        weights: family == nil ? [] : geometries.count == 1 ? [1] : [0.6, 0.4], truth: 0,
        nearest: near.map(\.geometry), distances: near.map(\.distance))
    }
    return ExactComparison(
      posterior, rows: rows, family: family, statuses: [.certified: rows.count],
      momentumError: 1e-8, seed: 1)
  }

  static func history(epochs: Int) -> TrainingHistory {
    let all = (0..<epochs).map(Double.init)
    func fall(_ floor: Double, _ noise: Double, _ rise: Double = 0) -> [Double] {
      all.map { 2 * exp(-$0 / 4) + floor * (1 + noise * sin(7 * $0)) + rise * $0 * $0 }
    }
    let columns: KeyValuePairs<String, [Double]> = [
      "epoch": all.map { $0 + 1 }, "seconds": all.map { $0 * 1.5 },
      "learning_rate": all.map { 1e-3 * pow(0.95, $0) }, "train_loss": fall(0.04, 0.02),
      "train_total": fall(0.05, 0.02), "validation_loss": fall(0.05, 0.06, 2e-5),
      "validation_total": fall(0.06, 0.06), "grad_norm": fall(0.3, 0.4),
      "train_reconstruction": fall(0.02, 0.05), "train_kl": all.map { 3 - 2.5 * exp(-$0 / 9) },
      "train_energy": fall(0.002, 0.1), "train_nll": all.map { _ in .nan },
      "train_l2": all.map { _ in 0 },
      "validation_reconstruction": fall(0.025, 0.1),
      "validation_kl": all.map { 3.1 - 2.5 * exp(-$0 / 9) },
      "validation_energy": fall(0.003, 0.2), "validation_nll": all.map { _ in .nan },
      "validation_l2": all.map { _ in 0 },
    ]
    return TrainingHistory(columns: columns.map(\.key), values: columns.map(\.value))
  }

  static let facts = [
    ("Run", "runs/2026-11-21-default"), ("Model", "conditional VAE, 9 latents"),
    ("Data", "random-50k.csv, 50,000 rows"),
    ("Evaluated", "test split, 5,000 rows, 100 samples each"),
    ("Epochs", "80, best 72"), ("Time", "6 min 12 s"), ("Device", "NVIDIA H200"), ("Seed", "1"),
  ].map { (name: $0.0, value: $0.1) }

  static var tables: [Sheet] {
    var main = TextTable([
      .text("prediction"), .number("MSE (bohr²)"), .number("MAE (bohr)"), .number("MRE (median)"),
      .number("|KE − PE|/KE"), .number("momentum error"), .number("C–O (bohr)"),
      .number("C–S (bohr)"), .number("O–C–S (°)"),
    ])
    main.append([
      "one sample", "0.352", "0.211", "6.1 %", "0.021", "2.4 %", "0.081", "0.11", "1.9",
    ])
    main.append([
      "mean of 100 samples", "0.181", "0.162", "5.2 %", "0.118", "9.7 %", "0.13", "0.19", "4.2",
    ])
    var columns = TextTable([.text("coordinate"), .number("MSE (bohr²)"), .number("MAE (bohr)")])
    for name in Molecule.carbonylSulfide.positionColumns {
      columns.append([name, "0.181", "0.162"])
    }
    return [
      Sheet("Errors", main, remark: "No single answer can have an MSE below 0.175 bohr² here."),
      Sheet("Each coordinate", columns),
    ]
  }
}
