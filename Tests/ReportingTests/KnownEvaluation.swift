import Physics

@testable import Evaluation

/// An evaluation of three rows in which every number is known.
enum KnownEvaluation {
  static let molecule = Molecule.carbonylSulfide

  /// OCS at 90°, three sizes of it, and predictions that miss by little.
  static func make(isRandom: Bool = true) -> Evaluation {
    let shape: [Float] = [0, 0, 0, 2, 0, 0, 0, 4, 0]
    let truth = [1, 1.5, 2].flatMap { size in shape.map { size * $0 } }
    let momenta = CoulombExplosion(accuracy: .precise).explode(truth.map(Double.init)).momenta
      .map { Float($0) }
    let single = truth.map { 1.1 * $0 }
    let mean = truth.map { 1.05 * $0 + 0.01 }
    func metrics(_ predicted: [Float]) -> PositionMetrics {
      PositionMetrics(
        predicted: predicted, truth: truth, momenta: momenta, molecule: molecule, threads: 1)
    }
    var evaluation = Evaluation(
      evaluated: EvaluatedRows(
        molecule: molecule, rows: [4, 17, 123_455], truth: truth, momenta: momenta,
        single: single, mean: mean),
      samples: isRandom ? 16 : 1, single: metrics(single), mean: metrics(mean),
      baseline: metrics([Float](repeating: 1, count: truth.count)), posterior: nil,
      calibration: isRandom ? calibration : nil, latent: isRandom ? latent : nil,
      density: isRandom
        ? DensityMetrics(negativeLogLikelihood: -4.25, coordinates: 6, roundTripError: 2.5e-6)
        : nil, examples: [0, 2], undefinedRows: 0, farValues: 0, latentWidth: isRandom ? 2 : 0)
    if isRandom { evaluation.exact = exact(truth, momenta) }
    return evaluation
  }

  /// The third event has a second geometry, and a sample of it.
  private static func exact(_ truth: [Float], _ momenta: [Float]) -> ExactComparison {
    let rows: [ExactRow] = (0..<3).map { row in
      let x = truth[9 * row..<9 * row + 9].map { Double($0) }
      return ExactRow(
        row: row, geometries: row < 2 ? [x] : [x, x.map { $0 + 1 }],
        weights: row < 2 ? [1] : [0.625, 0.375], truth: 0, nearest: row < 2 ? [0, 0] : [0, 1],
        distances: row < 2 ? [0.125, 0.25] : [0.0625, 0.75])
    }
    let posterior = PosteriorSamples(
      molecule: molecule, rows: [4, 17, 123_455], samples: 2,
      values: (0..<6).flatMap { sample in Array(truth[9 * (sample / 2)..<9 * (sample / 2) + 9]) },
      truth: truth, momenta: momenta)
    return ExactComparison(
      posterior, rows: rows, family: "random", statuses: [.certified: 2, .nearFold: 1],
      momentumError: 1e-8, seed: 1)
  }

  private static var calibration: Calibration {
    Calibration(
      rows: 3, samples: 8,
      columns: molecule.positionColumns.enumerated().map { index, name in
        Calibration.Column(
          name: name, ranks: [0.2, 0.5, 0.9], pValue: index == 0 ? 3e-7 : 0.5,
          coverage: [1.0 / 3, 1, 1, 1], crps: 0.125 * Double(index + 1))
      }, energyScore: 0.75)
  }

  private static var latent: LatentStatistics {
    LatentStatistics(
      mean: [0.01, -0.5], standardDeviation: [1, 0.25], divergence: [0.002, 1.5], activeUnits: 1,
      values: [0, 0.1, -1, 0.2])
  }
}
