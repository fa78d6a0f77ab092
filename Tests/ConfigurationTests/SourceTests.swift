import Configuration
import Testing
import Text

/// Which source counts, and which one a value is said to come from.
@Suite struct SourceTests {
  private func resolve(
    files: [String] = [], environment: [String: String] = [:], _ assignments: [Assignment] = []
  ) throws -> Resolved<Sample> {
    try Sample.table.resolve(
      from: Sample(), files: files.map { try Sample.file($0) }, environment: { environment[$0] },
      assignments: assignments)
  }

  @Test("default < file < later file < environment < command line, in its order")
  func precedence() throws {
    let resolved = try resolve(
      files: [
        "{epochs: 1, seed: 1, name: '1', shuffle: false, patience: 1}",
        "{\nepochs: 2, seed: 2, name: '2', optimizer: {clip: 2}}",
      ],
      environment: [
        "IMPLODE_EPOCHS": "3", "IMPLODE_SEED": "3", "IMPLODE_BACKEND": "",
        "IMPLODE_OPTIMIZER_LEARNING_RATE": "0.5", "IMPLODE_MODEL_LATENT_WIDTH": "30",
      ],
      [Assignment("epochs", "4", flag: "--epochs"), Assignment("model.latent.prior", "x")])
    let sample = resolved.config
    #expect(sample.epochs == 4 && sample.seed == 3 && sample.name == "2" && !sample.shuffle)
    #expect(sample.backend == .auto && sample.optimizer.learningRate == 0.5)
    #expect(sample.model.latent == .init(width: 30, prior: "x"))
    #expect(resolved.source(of: "epochs") == .flag("--epochs"))
    #expect(resolved.source(of: "seed") == .variable("IMPLODE_SEED"))
    #expect(resolved.source(of: "name") == .file("c.json5", Position(line: 2, column: 27)))
    #expect(resolved.source(of: "shuffle").place == "c.json5:1:42")
    #expect(resolved.source(of: "backend") == .standard)
    #expect(resolved.source(of: "model.latent.prior") == .assignment("model.latent.prior"))
    #expect(resolved.warnings.isEmpty)
    let kinds = ["epochs", "seed", "name", "backend", "model.latent.prior"]
      .map { resolved.source(of: $0).kind }
    #expect(kinds == ["flag", "env", "file", "default", "override"])
  }

  @Test("the last of two values is used, with a warning")
  func twice() throws {
    let resolved = try resolve([
      Assignment("epochs", "3", flag: "--epochs"), Assignment("epochs", "4"),
      Assignment("name", "a"), Assignment("name", "a"),
    ])
    #expect(resolved.config.epochs == 4)
    #expect(resolved.warnings == ["'epochs' is given as '3' and as '4': the last one is used"])
  }

  @Test("messages name the variable or the option")
  func places() {
    let cases: [(() throws -> Resolved<Sample>, String)] = [
      (
        { try resolve(environment: ["IMPLODE_EPOCHS": "x"]) },
        "IMPLODE_EPOCHS: epochs: 'x' is not a whole number"
      ),
      (
        { try resolve([Assignment("epochs", "x", flag: "--epochs")]) },
        "--epochs: epochs: 'x' is not a whole number"
      ),
      (
        { try resolve([Assignment("model.latent.width", "1000")]) },
        "model.latent.width: 1000 needs no hidden layers"
      ),
    ]
    for (call, message) in cases {
      let error = #expect(throws: ConfigurationError.self) { _ = try call() }
      #expect(error?.message == message)
    }
  }

  @Test("files that cannot be read", arguments: ["/nowhere/c.json5", "/", "/tmp/a\nb"])
  func missing(path: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile(contentsOf: path)
    }
    #expect(error?.code == .input)
    #expect(error?.message.contains("\n") == false)
    #expect(error?.message.contains(": cannot be read: ") == true)
  }

  @Test("the environment variable of a key")
  func variables() {
    let names = [
      "optimizer.momentum": "IMPLODE_OPTIMIZER_MOMENTUM", "epochs": "IMPLODE_EPOCHS",
      "model.latent.width": "IMPLODE_MODEL_LATENT_WIDTH",
    ]
    for (name, variable) in names { #expect(Sample.table[name]?.variable == variable) }
    let key = Key<Sample>("optimizer.weightDecay", \.optimizer.decay, "how much weights shrink")
    #expect(key.variable == "IMPLODE_OPTIMIZER_WEIGHT_DECAY")
  }
}
