import Models
import Records
import Text

extension SavedModel {
  /// Networks that predict together: of one configuration but for its seed, trained on the same rows.
  package init(_ networks: [SavedModel], configuration: RunConfiguration) {
    self = networks[0]
    self.configuration = configuration
    others = networks.dropFirst().map(\.own)
  }

  /// The networks of an ensemble, each as a model of its own; the model itself where it is none.
  package var networks: [SavedModel] {
    ([own] + others).map { network in
      var model = self
      (model.own, model.others) = (network, [])
      return model
    }
  }

  var own: Network {
    get { Network(parameters: parameters, latent: latent, epoch: epoch) }
    set { (parameters, latent, epoch) = (newValue.parameters, newValue.latent, newValue.epoch) }
  }
}

extension SavedModel.Network {
  /// Before the names of network `number`, counted from 1; the first has none.
  static func prefix(_ number: Int) -> String { "networks.\(number)." }

  func add(to writer: inout SafetensorsWriter, prefix: String) {
    for array in parameters { writer.add(prefix + array.name, shape: array.shape, array.elements) }
    guard let latent else { return }
    let width = latent.width
    writer.add(prefix + "latent.mean", shape: [width], latent.mean)
    writer.add(prefix + "latent.standard_deviation", shape: [width], latent.standardDeviation)
    let rows = width == 0 ? 0 : latent.latents.count / (2 * width)
    writer.add(prefix + "latent.samples", shape: [rows, 2 * width], latent.latents)
  }

  init(
    _ file: SafetensorsFile, prefix: String, of model: any Model, epoch: Int
  ) throws {
    self.epoch = epoch
    parameters = try file.tensors.filter { $0.name.hasPrefix(prefix) }.compactMap { tensor in
      let name = String(tensor.name.dropFirst(prefix.count))
      guard Self.isParameter(tensor, name) else { return nil }
      return NamedArray(name: name, shape: tensor.shape, elements: try tensor.elements())
    }
    for array in parameters {
      let count = array.elements.count { !$0.isFinite }
      if count > 0 {
        throw Failure(
          in: file.path,
          "\(count) of \(array.elements.count) numbers of '\(prefix)\(array.name)' are not finite",
          hint: "use another checkpoint, or train the model again")
      }
    }
    latent = try LatentDistribution(file, prefix: prefix, of: model)
  }

  /// Whether a tensor may be a parameter; other programs may have added others, of other types.
  private static func isParameter(_ tensor: Tensor, _ name: String) -> Bool {
    !["latent.", "preparation.", "training.", "data.", "networks."].contains {
      name.hasPrefix($0)
    }
      && (tensor.elementType == .f32 || [".weight", ".bias"].contains { name.hasSuffix($0) })
  }
}

extension LatentDistribution {
  /// What a file has of it; nil where training has not ended.
  fileprivate init?(_ file: SafetensorsFile, prefix: String, of model: any Model) throws {
    guard let mean = file[prefix + "latent.mean"],
      let deviation = file[prefix + "latent.standard_deviation"],
      let samples = file[prefix + "latent.samples"]
    else { return nil }
    let width = model.sampler?.latentWidth ?? 0
    guard mean.shape == [width], deviation.shape == [width], samples.shape.last == 2 * width,
      model.encoder == nil || samples.shape.first ?? 0 > 0
    else {
      throw Failure(
        in: file.path, "the latent distribution is not that of its model",
        hint: "the file is damaged, or was changed; train the model again")
    }
    self.init(
      mean: try mean.elements(), standardDeviation: try deviation.elements(),
      latents: try samples.elements())
  }
}
