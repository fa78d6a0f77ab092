import Text

/// `implode export`: a trained model for other programs.
let export = Command<ExportOptions>(
  name: "export", about: "writes a trained model as ONNX, safetensors or NPZ",
  examples: [
    Example("runs/default-1 --out model.onnx", "a complete map from momenta to positions"),
    Example("runs/default-1 --out weights.npz", "all weights by name, for numpy"),
  ],
  notes: [
    "An ONNX file maps momenta in atomic units and latent variables z to positions in bohr. It "
      + "contains the frame, features, scalers and networks, and no random operators. Its metadata "
      + "describe z. Deterministic models have no z.",
    "Safetensors and NPZ files contain the weights, the scalers and the latent distribution.",
  ],
  initial: ExportOptions(), keys: ExportOptions.keys, operands: "RUN",
  positional: { try $0.folder.take($1, hint: "name one run") },
  validate: {
    if $0.folder == nil { throw Failure.noRun }
    _ = try $0.target()
  },
  run: { try $0.run($1) })

enum ExportFormat: String, CLIChoice {
  case onnx, safetensors, npz
}

/// The options of `implode export`.
struct ExportOptions: Sendable {
  var folder: String?
  var format: ExportFormat?
  var out: String?
  var force = false

  static let keys: [Key<ExportOptions>] = [
    Key("format", \.format, "file format, by default that of the file extension"),
    Key("out", \.out, placeholder: "FILE", "file to write"),
    .force(\.force),
  ]

  /// What to write, and where.
  func target() throws(Failure) -> (format: ExportFormat, path: String) {
    guard let out else {
      throw .usage("no --out", hint: "name the file to write, such as model.onnx")
    }
    let ending = ExportFormat.allCases.first { out.hasSuffix(".\($0.rawValue)") }
    if let format, let ending, format != ending {
      throw .usage(
        "--format \(format.rawValue) for the file '\(out)'",
        hint: "omit --format, or use the extension .\(format.rawValue)")
    }
    guard let chosen = format ?? ending else {
      throw .usage(
        "the extension of '\(out)' is not that of a format",
        hint: "use .onnx, .safetensors or .npz, or give --format")
    }
    return (chosen, out)
  }
}
