import Configuration

enum Backend: String, ConfigurationChoice {
  case auto, cpu, opencl
}

/// A configuration with a key of every type.
struct Sample: Hashable, Sendable {
  var epochs = 100
  var seed: UInt64 = 1
  var name = "run"
  var backend = Backend.auto
  var shuffle = true
  var optimizer = Optimizer()
  var model = Model()
  var patience: Int?

  struct Optimizer: Hashable, Sendable {
    var learningRate = 1e-3
    var momentum: [Double] = [0.9, 0.999]
    var clip: Double?
    var decay: Float = 0.01
  }

  struct Model: Hashable, Sendable {
    var hidden = [64, 64]
    var tags: [String] = []
    var devices: [Backend] = []
    var latent = Latent()

    struct Latent: Hashable, Sendable {
      var width = 8
      var prior: String?
    }
  }

  static let table = KeyTable<Sample>(
    [
      Key("epochs", \.epochs, check: Limit.positive, "how often the data are seen"),
      Key("seed", \.seed, "what the random numbers begin with"),
      Key(
        "optimizer.learningRate", \.optimizer.learningRate, check: Limit.positive,
        "the size of a step"),
      Key("optimizer.momentum", \.optimizer.momentum, "the memory of both moments"),
      Key(
        "optimizer.clip", \.optimizer.clip, check: { $0.flatMap(Limit.float) },
        "the longest gradient"),
      Key(
        "optimizer.decay", \.optimizer.decay, check: Limit.within(0...1),
        "how much weights shrink"),
      Key(
        "model.hidden", \.model.hidden,
        check: { $0.allSatisfy { $0 > 0 } ? nil : "must have positive widths only" },
        "the widths of the hidden layers"),
      Key("model.tags", \.model.tags, "words to find the run by"),
      Key("model.devices", \.model.devices, "where it may run"),
      Key("model.latent.width", \.model.latent.width, "the width of the latent space"),
      Key("model.latent.prior", \.model.latent.prior, "the file of the prior, a|b"),
      Key("name", \.name, "the name of the run"),
      Key("backend", \.backend, "where to compute"),
      Key("shuffle", \.shuffle, "whether rows are shuffled"),
      Key("patience", \.patience, "the epochs without progress"),
    ].ruled("model.latent.width") {
      $0.model.latent.width < 1000 || $0.model.hidden.isEmpty ? nil : "needs no hidden layers"
    })

  /// What `text` in a file says.
  static func read(_ text: String) throws(ConfigurationError) -> Sample {
    try table.resolve(from: Sample(), files: [try file(text)]).config
  }

  static func file(_ text: String) throws(ConfigurationError) -> ConfigurationFile {
    try ConfigurationFile(Array(text.utf8), path: "c.json5")
  }

  /// What a command line says.
  static func read(
    arguments: (String, String)...
  ) throws(ConfigurationError) -> Sample {
    let assignments = arguments.map { Assignment($0.0, $0.1) }
    return try table.resolve(from: Sample(), assignments: assignments).config
  }
}
