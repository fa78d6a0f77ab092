import Engine
import Models
import Training

/// What predicts, as a graph for so many rows.
struct TracedDecoder {
  let trace: ModelTrace
  /// Nil where nothing is drawn.
  let z: Value?
  let condition, prediction: Value

  init(_ model: any Model, batch: Int) {
    var trace = ModelTrace(clock: "prediction.clock", frozen: model.frozen)
    let width = model.latentWidth
    z = width > 0 ? trace.graph.input(Shape(batch, width)) : nil
    condition = trace.graph.input(Shape(batch, model.dimensions.conditions))
    prediction = model.traceDecoder(latent: z, condition: condition, in: &trace)
    self.trace = trace
  }

  /// Every value that does not depend on rows, and its elements.
  ///
  /// - Parameter parameters: by name; what the decoder does not use is left out.
  func contents(
    _ parameters: [NamedArray]
  ) throws -> [(name: String, value: Value, elements: [Float])] {
    var contents = trace.contents.enumerated().map { index, content in
      ("given.\(index)", content.value, content.elements)
    }
    var missing = Set(trace.graph.parameters.map(\.name))
    for array in parameters {
      guard let value = trace.graph.names[array.name] else { continue }
      guard array.shape == [value.shape.rows, value.shape.columns] else {
        throw TrainingError(
          .badCheckpoint, "'\(array.name)' has shape \(array.shape), and \(value.shape) is needed",
          hint: "the checkpoint belongs to a model of other sizes")
      }
      contents.append((array.name, value, array.elements))
      missing.remove(array.name)
    }
    if let name = missing.sorted().first {
      throw TrainingError(
        .badCheckpoint, "the checkpoint has no '\(name)'",
        hint: "the checkpoint belongs to another kind of model")
    }
    return contents
  }
}

extension SavedModel {
  /// The model that predicts and what is known of its latent.
  var finished: (model: any Model, latent: LatentDistribution) {
    get throws {
      guard let last = stages.last, let latent else {
        throw TrainingError(
          .badCheckpoint, "the run is not finished: nothing is known of its latent distribution",
          hint: "go on with it: implode train … --resume auto")
      }
      return (last, latent)
    }
  }
}
