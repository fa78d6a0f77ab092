import Datasets
import Glibc
import Machine
import Records
package import Training
import Physics
package import Text

/// An evaluation as `evaluation.json` has it.
package struct EvaluationRecord {
  private let evaluation: Evaluation
  private let split: String
  private let data: DataIdentity
  private let seed: UInt64
  private let version: String
  private let seconds: Double
  private let requestedSamples: Int

  /// - Parameters:
  ///   - data: the table that the rows are of.
  ///   - requestedSamples: for each row; a deterministic model has one all the same.
  package init(
    _ evaluation: Evaluation, split: String, data: DataIdentity, seed: UInt64, version: String,
    seconds: Double, requestedSamples: Int
  ) {
    self.requestedSamples = requestedSamples
    (self.evaluation, self.split, self.data) = (evaluation, split, data)
    (self.seed, self.version, self.seconds) = (seed, version, seconds)
  }

  /// Writes `evaluation.json` into the folder of the run, and the same into its folder
  /// `evaluations`, where evaluations on other data or with other numbers of samples stay.
  package func write(to folder: String) throws(Failure) {
    let text = json.description + "\n"
    // Where it cannot be made, writing the file says why.
    mkdir("\(folder)/evaluations", 0o755)
    try OutputFile.write(text, to: "\(folder)/evaluations/\(name).json")
    try OutputFile.write(text, to: "\(folder)/evaluation.json")
  }

  /// `0123456789abcdef0123456789abcdef-test-64`
  private var name: String {
    let parts = [data.fingerprint, split, String(requestedSamples)]
    return (parts + (evaluation.translation?.origin == .file ? ["file"] : []))
      .joined(separator: "-")
  }

  package var json: JSON {
    .members([
      "split": .string(split), "data": table, "rows": .integer(evaluation.rows),
      "rows_fingerprint": .string(rowsFingerprint), "seed": .string(String(seed)),
      "version": .string(version),
      "samples": .integer(evaluation.samples),
      "requested_samples": .integer(requestedSamples), "single": Self.json(evaluation.single),
      "mean": Self.json(evaluation.mean), "baseline": evaluation.baseline.map(Self.json) ?? .null,
      "origin": evaluation.translation.map { .string($0.origin.rawValue) } ?? .null,
      "translation": evaluation.translation.map(Self.json) ?? .null,
      "per_coordinate": Self.json(evaluation.mean.columns),
      "latent": latent,
      "density": evaluation.density.map(Self.json) ?? .null,
      "calibration": evaluation.calibration.map(Self.json) ?? .null,
      "exact": evaluation.exact.map(\.json) ?? .null,
      "examples": .array(evaluation.examples.map(example)),
      "undefined_rows": .integer(evaluation.undefinedRows),
      "far_values": .integer(evaluation.farValues),
      "unlike_training": .members([
        "total_momentum": .integer(evaluation.flagged[.drifting].rows),
        "energy": .integer(evaluation.flagged[.energy].rows),
        "momenta": .integer(evaluation.flagged[.far].rows),
      ]), "seconds": .number(seconds),
    ])
  }

  /// Of the numbers of the rows: two evaluations with the same are of the same rows of a table.
  private var rowsFingerprint: String {
    var hash = SHA256()
    evaluation.evaluated.rows.withUnsafeBytes { hash.update($0) }
    return String(hash.hexadecimal().prefix(32))
  }

  private static func json(_ metrics: PositionMetrics) -> JSON {
    JSON.object(metrics.all.map { JSON.Member($0.key, .optional($0.value)) })
      .adding("not_finite", .integer(metrics.notFinite))
      .adding("without_energy", .integer(metrics.withoutEnergy))
  }

  private static func json(_ translation: Translation) -> JSON {
    .members([
      "offset_rms": .number(translation.offset), "mse": .number(translation.mse),
    ])
  }

  private var table: JSON {
    .members([
      "file": .string(data.file), "fingerprint": .string(data.fingerprint),
      "rows": .integer(data.rows), "is_training_data": .bool(evaluation.isTrainingData),
      "used_in_training": .optional(evaluation.usedInTraining),
    ])
  }

  private static func json(_ columns: [PositionMetrics.Column]) -> JSON {
    .object(
      columns.map { column in
        JSON.Member(
          column.name,
          .members([
            "mse": .number(column.mse), "mae": .number(column.mae),
            "mre_percent": .number(column.mrePercent),
          ]))
      })
  }

  private var latent: JSON {
    func numbers(_ values: [Double]?) -> JSON {
      values.map { .array($0.map(JSON.number)) } ?? .null
    }
    let latent = evaluation.latent
    return .members([
      "dimensions": .integer(evaluation.latentWidth),
      "active_units": .optional(latent?.activeUnits), "mean": numbers(latent?.mean),
      "standard_deviation": numbers(latent?.standardDeviation),
      "kl_per_dimension": numbers(latent?.divergence),
      "kl": .optional(latent?.divergence.map { $0.reduce(0, +) }),
    ])
  }

  private static func json(_ density: DensityMetrics) -> JSON {
    .members([
      "negative_log_likelihood": .number(density.negativeLogLikelihood),
      "coordinates": .integer(density.coordinates),
      "round_trip_error": .optional(density.roundTripError),
    ])
  }

  private static func json(_ calibration: Calibration) -> JSON {
    .members([
      "rows": .integer(calibration.rows), "samples": .integer(calibration.samples),
      "levels": .array(Calibration.levels.map(JSON.number)),
      "coverage": .array(calibration.coverage.map(JSON.number)),
      "energy_score": .number(calibration.energyScore),
      "not_finite": .integer(calibration.notFinite),
      "per_coordinate": .object(
        calibration.columns.map { column in
          JSON.Member(
            column.name,
            .members([
              "ks_p_value": .number(column.pValue),
              "coverage": .array(column.coverage.map(JSON.number)),
              "crps": .number(column.crps),
            ]))
        }),
    ])
  }

  /// A row with its predictions.
  private func example(_ row: Int) -> JSON {
    let evaluated = evaluation.evaluated
    let width = evaluated.molecule.width
    func object(_ values: [Float]) -> JSON {
      .object(
        evaluated.molecule.positionColumns.enumerated().map { c, name in
          JSON.Member(name, .number(Double(values[row * width + c])))
        })
    }
    return .members([
      "row": .integer(Int(evaluated.rows[row]) + 1), "real": object(evaluated.truth),
      "single": object(evaluated.single), "mean": object(evaluated.mean),
    ])
  }
}
