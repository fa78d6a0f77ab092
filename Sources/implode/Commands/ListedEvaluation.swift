import Text

/// `evaluation.json`, of which everything may be missing.
struct ListedEvaluation: Decodable, Sendable {
  var split, origin, rowsFingerprint: String?
  var data: Table?
  var rows, samples, requestedSamples: Int?
  var single, mean: Metrics?

  struct Table: Decodable, Sendable {
    var file, fingerprint: String?
  }

  struct Metrics: Decodable, Sendable {
    var mse, resimulationError: Double?
    var notFinite: Int?
  }

  /// What two evaluations must have in common for their metrics to be comparable.
  struct Key: Hashable, Sendable {
    let fingerprint, split, origin: String
    /// Of the rows of that split; nil in files of earlier versions.
    let rowsFingerprint: String?
    let rows, samples: Int
  }

  /// The same without the errors of 0 that earlier versions have written where no prediction was
  /// finite.
  var withoutEmptyMetrics: ListedEvaluation {
    var other = self
    if rows == single?.notFinite { other.single = nil }
    if rows == mean?.notFinite { other.mean = nil }
    return other
  }

  /// Whether there is a number to rank: there is none where no prediction was finite.
  var hasNumbers: Bool { mean?.mse != nil || single?.mse != nil }

  /// Nil where the file does not say what was evaluated.
  var key: Key? {
    guard let fingerprint = data?.fingerprint, let split, let rows, let samples else { return nil }
    return Key(
      fingerprint: fingerprint, split: split, origin: origin ?? "center",
      rowsFingerprint: rowsFingerprint, rows: rows, samples: requestedSamples ?? samples)
  }

  /// As `--json` has it.
  var object: JSON {
    func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    return .members([
      "data": text(data?.file), "fingerprint": text(data?.fingerprint), "split": text(split),
      "origin": text(origin), "rows": .optional(rows),
      "samples": .optional(requestedSamples ?? samples), "mse_mean": .optional(mean?.mse),
      "mse_single": .optional(single?.mse),
      "resimulation_error": .optional(mean?.resimulationError),
    ])
  }
}

extension RunList {
  /// The evaluation that most runs have, of the latest of them first.
  ///
  /// Ties go to the one that is the latest of more runs, then to more samples.
  static func commonKey(of runs: [ListedRun]) -> ListedEvaluation.Key? {
    var counts: [ListedEvaluation.Key: (kept: Int, latest: Int)] = [:]
    for run in runs {
      for key in Set(run.evaluations.filter(\.hasNumbers).compactMap(\.key)) {
        counts[key, default: (0, 0)].kept += 1
        if run.evaluation.key == key { counts[key, default: (0, 0)].latest += 1 }
      }
    }
    func order(_ key: ListedEvaluation.Key) -> (Int, Int, Int, String, String) {
      let count = counts[key] ?? (0, 0)
      return (count.kept, count.latest, key.samples, key.fingerprint, key.split + key.origin)
    }
    return counts.keys.max { order($0) < order($1) }
  }

  /// The runs, each with its evaluation of that kind where it has one, and marked where it has none
  /// but another.
  static func comparing(_ runs: [ListedRun]) -> [ListedRun] {
    guard let key = commonKey(of: runs) else { return runs }
    return runs.map { run in
      var run = run
      if let same = run.evaluations.first(where: { $0.key == key }) {
        run.evaluation = same
      } else {
        run.isComparable = !run.evaluation.hasNumbers
      }
      return run
    }
  }
}
