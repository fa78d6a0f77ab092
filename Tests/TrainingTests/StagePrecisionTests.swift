import Engine
import Models
import Testing

@testable import Training

@Suite struct StagePrecisionTests {
  @Test("only training steps use reduced precision", arguments: [ProductPrecision.bf16, .tf32])
  func stage(_ precision: ProductPrecision) throws {
    var settings = TrainingSettings()
    settings.precision = precision
    func stage() throws -> StageProgram {
      let data = Toy.data(rows: 64, validation: 32)
      let plan = try StagePlan(
        Toy.regression(["model.decoder": "[200, 200]"]), data: data, settings: settings)
      return try StageProgram(plan, data: data, device: CPUDevice<Float>(threads: 1))
    }
    let (narrowed, plain) = (
      try stage(),
      try {
        settings.precision = .fp32; return try stage()
      }()
    )
    #expect(narrowed.training.graph.narrowedLayers == 1)
    #expect(narrowed.validation.graph.narrowedLayers == 0)
    #expect(plain.training.graph.narrowedLayers == 0)
    // The same parameters give the same validation loss, and are trained differently.
    for stage in [narrowed, plain] { try stage.initialize(seed: 3) }
    #expect(try narrowed.validate().loss == plain.validate().loss)
    for stage in [narrowed, plain] {
      try stage.prepare(epoch: 0, rateFactor: 1)
      try stage.training.program.run()
    }
    #expect(try narrowed.validate().loss != plain.validate().loss)
  }
}
