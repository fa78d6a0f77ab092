import Datasets
import Engine
import Glibc
import Models
import Physics
import Testing

@testable import Evaluation
@testable import Training

/// Latents and likelihoods of models that are known by heart.
@Suite struct ModelStatisticsTests {
  private func table(rows: Int) throws -> Table<Float> {
    let generator = try DataSetGenerator(.random(RandomFamily()), seed: 5)
    let table = Table<Float>(columns: generator.columns, rows: rows)
    var numbers = [Double](repeating: 0, count: rows * generator.width)
    numbers.withUnsafeMutableBufferPointer { _ = generator.makeRows(0..<rows, into: $0) }
    for i in numbers.indices { table.values[i] = Float(numbers[i]) }
    return table
  }

  /// A flow whose weights are all 0: it turns rows of u round, and p(u) = N(0, 1).
  private func idleFlow(
    _ frame: Frame, _ table: Table<Float>
  ) throws -> SavedModel {
    var settings = ConditionalFlow.Settings()
    (settings.couplings.count, settings.couplings.subnet) = (2, [4])
    // Noise belongs to training alone.
    (settings.positionNoise, settings.momentumNoise) = (5, 5)
    var configuration = RunConfiguration(ModelKind(ConditionalFlow.Settings.self))
    configuration.model = settings
    configuration.preparationSettings.frame = frame
    configuration.preparationSettings.independent = true
    let rows = (0..<UInt32(table.rows)).map { $0 }
    var model = SavedModel(
      configuration,
      preparation: try Preparation(
        fittedTo: table, rows: rows, settings: configuration.preparationSettings),
      data: DataIdentity(file: "", fingerprint: "", rows: table.rows))
    let flow = model.model
    model.latent = .standardNormal(flow.dimensions.targets)
    var trace = ModelTrace()
    let x = trace.graph.input(Shape(1, flow.dimensions.targets))
    let c = trace.graph.input(Shape(1, flow.dimensions.conditions))
    _ = try #require(flow.bijection).traceLatent(Batch(targets: x, condition: c), in: &trace)
    model.parameters = trace.graph.parameters.map { parameter in
      let shape = parameter.value.shape
      return NamedArray(
        name: parameter.name, shape: [shape.rows, shape.columns],
        elements: [Float](repeating: 0, count: shape.count))
    }
    return model
  }

  @Test(
    "the likelihood is that of positions in bohr, whatever the model's coordinates",
    arguments: [Frame.raw, .canonical])
  func likelihood(frame: Frame) throws {
    let table = try table(rows: 300)
    let model = try idleFlow(frame, table)
    var settings = EvaluationSettings()
    (settings.samples, settings.posteriorRows) = (2, 0)
    let rows: [UInt32] = (0..<100).map { $0 * 3 }
    let evaluation = try Evaluation(
      model, on: table, rows: rows, settings: settings,
      device: CPUDevice<Float>(threads: 1), threads: 1)
    let density = try #require(evaluation.density)
    // u = (size·x − shift)/scale, so that −log p(x) = Σ ½u² + ½ log 2π + log(scale/size).
    let targets = model.preparation.targets
    var expected = 0.0
    for row in rows {
      let momenta = model.preparation.frame.molecule.momentumColumns.map { name in
        Double(table[Int(row), table.columns.firstIndex(of: name) ?? 0])
      }
      let orientation = model.preparation.frame.orientation(of: momenta)
      let size =
        frame == .canonical ? orientation.energy / model.preparation.frame.chargeProduct : 1
      let prepared = try model.preparation.prepare(table, rows: [row])
      for k in 0..<targets.count {
        let u = Double(prepared.targets[k])
        expected += u * u / 2 + log(2 * Double.pi) / 2 + log(targets.scales[k] / size)
      }
    }
    expected /= Double(rows.count)
    #expect(abs(density.negativeLogLikelihood - expected) < 1e-5 * abs(expected))
    #expect(density.coordinates == targets.count)
    #expect((density.roundTripError ?? 1) < 1e-5)
    // z is u in another order, and u has mean 0 and deviation 1 over the rows of the scaler.
    let latent = try #require(evaluation.latent)
    #expect(latent.width == targets.count && latent.divergence == nil)
    #expect(latent.mean.allSatisfy { abs($0) < 0.5 })
    #expect(latent.standardDeviation.allSatisfy { abs($0 - 1) < 0.5 })
    #expect(evaluation.calibration == nil && evaluation.examples.count == 3)
  }

  @Test("statistics of latents, by hand")
  func latents() throws {
    // Two rows of two latents: μ = (1, 0), (−1, 0) and σ² = 1, and 2.
    let logTwo = Float(log(2.0))
    let latent = LatentDistribution(
      mean: [0, 0], standardDeviation: [1.5, 1.2], latents: [1, 0, 0, logTwo, -1, 0, 0, logTwo])
    let statistics = try #require(LatentStatistics(latent, seed: 1))
    #expect(statistics.mean == [0, 0] && statistics.activeUnits == 1)
    #expect(abs(statistics.standardDeviation[0] - 1.5) < 1e-6)
    let divergence = try #require(statistics.divergence)
    #expect(abs(divergence[0] - 0.5) < 1e-6)
    // log σ² is bounded softly: 2 is 2 but for a part in a thousand.
    #expect(abs(divergence[1] - (2 - 1 - log(2)) / 2) < 1e-3)
    #expect(statistics.values.count == 4)
  }

  @Test("models without latent variables and density have no statistics of them")
  func none() {
    #expect(LatentStatistics(.standardNormal(3), seed: 1) == nil)
  }
}
