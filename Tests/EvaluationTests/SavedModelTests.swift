import Records
import Testing
import Text

@testable import Evaluation
@testable import Training

/// Files of models that another version wrote, or that somebody changed.
@Suite struct SavedModelTests {
  private func read(
    _ model: SavedModel, _ change: (inout SafetensorsWriter) -> Void
  ) throws -> Failure? {
    let source = try SafetensorsFile(model.writer().bytes(), path: "m", trust: .sealed)
    var writer = SafetensorsWriter(metadata: source.metadata)
    for tensor in source.tensors where !tensor.name.hasPrefix("latent.") {
      if tensor.elementType == .f64 {
        writer.add(tensor.name, shape: tensor.shape, try tensor.elements(of: Double.self))
      } else {
        writer.add(tensor.name, shape: tensor.shape, try tensor.elements(of: Float.self))
      }
    }
    change(&writer)
    let file = try SafetensorsFile(writer.bytes(), path: "m", trust: .sealed)
    do { _ = try SavedModel(file) } catch let error as Failure { return error }
    return nil
  }

  @Test("a file of an earlier format is refused by name, with what to do")
  func format() throws {
    let model = try ExportCase("default", ["model.decoder": "[8]"], rows: 100).model
    let file = try SafetensorsFile(model.writer().bytes(), path: "m", trust: .sealed)
    var metadata = file.metadata
    metadata["checkpoint.format"] = nil
    let old = try SafetensorsFile(
      SafetensorsWriter(metadata: metadata).bytes(), path: "m", trust: .sealed)
    let error = #expect(throws: Failure.self) { try SavedModel(old) }
    #expect(error?.message.contains("an earlier version of Implode") == true)
    #expect(error?.hint.contains("train the model again") == true)
  }

  @Test("a latent distribution that is not its model's is refused before anything is sampled")
  func latent() throws {
    let model = try ExportCase("cvae-october", ["model.latent": "2"], rows: 100).model
    let problem = "the latent distribution is not that of its model"
    for (mean, samples) in [(2, [0, 4]), (3, [1, 4]), (2, [1, 6])] {
      let error = try read(model) { writer in
        writer.add("latent.mean", shape: [mean], [Float](repeating: 0, count: mean))
        writer.add("latent.standard_deviation", shape: [2], [Float](repeating: 1, count: 2))
        writer.add(
          "latent.samples", shape: samples, [Float](repeating: 0, count: samples[0] * samples[1]))
      }
      #expect(error?.message.contains(problem) == true, "\(mean) \(samples)")
    }
    let isWhole = try read(model) { writer in
      writer.add("latent.mean", shape: [2], [Float](repeating: 0, count: 2))
      writer.add("latent.standard_deviation", shape: [2], [Float](repeating: 1, count: 2))
      writer.add("latent.samples", shape: [1, 4], [Float](repeating: 0, count: 4))
    }
    #expect(isWhole == nil)
  }
}
