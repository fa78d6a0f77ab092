@testable import implode

/// A command with an option of every kind, for tests of what all commands share.
struct SampleOptions: Hashable, Sendable {
  var epochs = 10
  var lr = 0.001
  var backend = Backend.auto
  var dryRun = false
  var shuffles = true
  var label: String?
  var files: [String] = []
}

let sample = Command<SampleOptions>(
  name: "sample", about: "a command for tests", initial: SampleOptions(),
  keys: [
    Key(
      "epochs", \.epochs, short: "e", env: "IMPLODE_EPOCHS",
      check: { $0 > 0 ? nil : "must be above 0" }, "number of epochs"),
    Key("lr", \.lr, check: { $0 > 0 ? nil : "must be above 0" }, "learning rate"),
    Key("backend", \.backend, env: "IMPLODE_BACKEND", "where to compute"),
    Key("dry-run", \.dryRun, short: "n", "check everything, train nothing"),
    Key("data.shuffles", \.shuffles, "another order in every epoch"),
    Key("label", \.label, "a word of yours"),
  ],
  operands: "FILE…", positional: { (options, file) in options.files.append(file) },
  run: { _, _ in })

/// What a command line means, or the error that it is.
func parse(
  _ arguments: String..., environment: [String: String] = [:]
) throws -> SampleOptions? {
  var parser = Parser(sample)
  switch try parser.parse(arguments, environment: { environment[$0] }) {
  case .help: return nil
  case .run(let options): return options
  }
}
