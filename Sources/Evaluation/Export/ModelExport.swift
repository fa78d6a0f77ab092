import Datasets
import Engine
import Machine
import Models
import Physics
import Text
package import Records
package import Training

/// A trained model for other programs: z and momenta in, positions out, or its numbers by name.
package struct ModelExport: Sendable {
  private let model: SavedModel
  private let latent: LatentDistribution
  private let version: String

  /// - Parameter version: of this program.
  package init(_ model: SavedModel, version: String) throws {
    var model = model
    // The folders of whoever trained it are nobody's business.
    model.data.file = model.data.file.lastPathPart
    (self.model, self.version) = (model, version)
    latent = try model.finished.latent
    let count = model.networks.count
    if count > 1 {
      throw Failure(
        "an ensemble of \(count) networks is not exported as one model",
        hint: "export its networks, one by one: implode export RUN/networks/1", code: .usage)
    }
  }

  /// Inputs: momenta, charges where they differ from row to row, and z unless the model is
  /// deterministic.
  package var inputs: [ONNXPort] {
    let momenta = ONNXPort("momenta", columns: model.preparation.frame.molecule.width)
    let preparation = model.preparation
    let given =
      preparation.readsCharges
      ? [momenta, ONNXPort("charges", columns: preparation.frame.molecule.atoms)] : [momenta]
    return latent.width > 0 ? [ONNXPort("z", columns: latent.width)] + given : given
  }

  package var outputs: [ONNXPort] {
    [ONNXPort("positions", columns: model.preparation.frame.molecule.width)]
  }

  /// The whole map as operators: frame, features, scalers, networks, and back.
  package func onnx() throws -> ONNXModel {
    let graph = ONNXGraph()
    let last = try model.finished.model
    let decoder = TracedDecoder(last, batch: 1)
    let z = decoder.z.map { graph.input("z", columns: $0.shape.columns) }
    let preparation = model.preparation
    let molecule = preparation.frame.molecule
    let momenta = graph.input("momenta", columns: molecule.width).cast(to: .f64)
    let charges =
      preparation.readsCharges
      ? graph.input("charges", columns: molecule.atoms).cast(to: .f64) : nil
    let frame = FrameTerms(momenta, charges: charges, in: preparation.frame)
    let row = Term.concatenated(
      [frame.momenta] + [charges].compactMap(\.self)
        + preparation.features.terms(frame.momenta))
    var terms = [decoder.condition: preparation.conditions.encoded(row)]
    if let value = decoder.z, let z { terms[value] = scaled(z) }
    for (name, value, elements) in try decoder.contents(model.parameters) {
      terms[value] = graph.tensor(
        name, shape: [value.shape.rows, value.shape.columns], elements)
    }
    var translation = DecoderTranslation(decoder.trace.graph, terms: terms)
    let prediction = try translation.translate(to: decoder.prediction)
    let positions = frame.restored(preparation.targets.decoded(prediction))
    graph.output("positions", positions.cast(to: .f32), columns: molecule.width)

    var result = ONNXModel(name: model.configuration.kind.choiceName, producerVersion: version)
    (result.nodes, result.tensors) = (graph.nodes, graph.tensors)
    (result.inputs, result.outputs) = (graph.inputs, graph.outputs)
    result.metadata = model.metadata.merging(metadata(isMap: true)) { first, _ in first }
    return result
  }

  /// z of the decoder, from standard normal numbers.
  private func scaled(_ z: Term) -> Term {
    guard model.model.sampler?.prior == .aggregate else { return z }
    let shape = [1, latent.width]
    return z.graph.constant(latent.mean, shape: shape)
      + z.graph.constant(latent.standardDeviation, shape: shape) * z
  }

  /// Weights, preparation and latent by name, as a file of the safetensors format.
  package func safetensors() throws -> [UInt8] {
    try model.writer(adding: metadata(isMap: false)).bytes()
  }

  /// - Parameter isMap: whether scaling z is part of what is exported.
  private func metadata(isMap: Bool) -> [String: String] {
    let molecule = model.preparation.frame.molecule
    return [
      "version": version, "model": model.configuration.kind.choiceName,
      "prior": model.model.sampler?.prior.rawValue ?? "none", "z": meaning(isMap: isMap),
      "units": "positions in bohr, momenta in atomic units (ħ/bohr)",
      "momenta.columns": molecule.momentumColumns.joined(separator: ","),
      "positions.columns": molecule.positionColumns.joined(separator: ","),
      "molecule": molecule.name,
    ]
  }

  /// How to sample z.
  private func meaning(isMap: Bool) -> String {
    guard let sampler = model.model.sampler else { return "none: the model is deterministic" }
    switch sampler.prior {
    case .standardNormal: return "standard normal numbers"
    case .aggregate:
      return isMap
        ? "standard normal numbers; the graph applies mean and standard deviation of the training rows"
        : "latent.mean + latent.standard_deviation times standard normal numbers"
    case .trainingLatents:
      let bound = Int(Latent.defaultBound)
      return "for each prediction a random row of latent.samples, which the safetensors export "
        + "has: its first half, plus exp(s/2) times standard normal numbers, where "
        + "s = \(bound)*tanh(v/\(bound)) for v in its second half"
    }
  }
}
