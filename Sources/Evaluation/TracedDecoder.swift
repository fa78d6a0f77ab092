import Engine
import Models
import Text
import Training

/// The predicting part of a model as a graph.
struct TracedDecoder {
  let trace: ModelTrace
  /// Nil for a deterministic model.
  let z: Value?
  let condition, prediction: Value

  init(_ model: any Model, batch: Int) {
    var trace = ModelTrace(clock: "prediction.clock")
    let sampler = model.sampler
    let z = sampler.map { trace.graph.input(Shape(batch, $0.latentWidth)) }
    condition = trace.graph.input(Shape(batch, model.dimensions.conditions))
    var prediction = model.traceShared(condition, in: &trace)
    if let sampler, let z {
      prediction = sampler.traceSample(z, shared: prediction, in: &trace)
    }
    (self.z, self.prediction) = (z, prediction)
    self.trace = trace
  }

  /// Every value that does not depend on rows, and its elements.
  ///
  /// - Parameter parameters: by name; what the decoder does not use is left out.
  func contents(
    _ parameters: [NamedArray]
  ) throws -> [(name: String, value: Value, elements: [Float])] {
    let given = trace.contents.enumerated().map { index, content in
      (name: "given.\(index)", value: content.value, elements: content.elements)
    }
    return given + (try trace.graph.matched(parameters))
  }
}

extension SavedModel {
  /// The predicting model and its latent distribution.
  var finished: (model: any Model, latent: LatentDistribution) {
    get throws {
      guard let latent else {
        // Without an encoder z is N(0, 1), whatever training has come to.
        if model.encoder == nil {
          return (model, .standardNormal(model.sampler?.latentWidth ?? 0))
        }
        throw Failure(
          "the run is not finished: its latent distribution is not known yet",
          hint: "continue it: implode train … --resume auto")
      }
      return (model, latent)
    }
  }
}
