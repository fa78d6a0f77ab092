/// `implode export`: a trained system for other programs.
let export = Command<ExportOptions>(
  name: "export", about: "writes a trained system for other programs",
  examples: [
    Example("runs/default-1 --out model.onnx", "momenta in, positions out, all inside"),
    Example("runs/default-1 --out weights.npz", "every number by name, for numpy"),
  ],
  notes: [
    "An ONNX file takes momenta in atomic units, and z where the system draws something, and gives "
      + "positions in bohr: frame, features, scalers and networks are inside, and nothing random "
      + "is. Its metadata say what z is.",
    "Safetensors and NPZ files hold weights, scalers and what is known of z by name.",
  ],
  initial: ExportOptions(), keys: ExportOptions.keys, operands: "RUN",
  positional: { (options, operand) throws(UsageError) in
    guard options.folder == nil else {
      throw UsageError(message: "unexpected argument '\(operand)'", hint: "name one run")
    }
    options.folder = operand
  },
  validate: { (options) throws(UsageError) in
    if options.folder == nil {
      throw UsageError(message: "no RUN", hint: "name a run's folder, such as runs/default-1")
    }
    _ = try options.target()
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

  static let keys: [Key<ExportOptions>] = [
    Key("format", \.format, "of the file, else by its ending"),
    Key("out", \.out, placeholder: "FILE", "the file to write"),
  ]

  /// What to write, and where.
  func target() throws(UsageError) -> (format: ExportFormat, path: String) {
    guard let out else {
      throw UsageError(message: "no --out", hint: "name the file to write, such as model.onnx")
    }
    let ending = ExportFormat.allCases.first { out.hasSuffix(".\($0.rawValue)") }
    if let format, let ending, format != ending {
      throw UsageError(
        message: "--format \(format.rawValue) for the file '\(out)'",
        hint: "leave --format out, or let the file end in .\(format.rawValue)")
    }
    guard let chosen = format ?? ending else {
      throw UsageError(
        message: "'\(out)' does not say what format is meant",
        hint: "let it end in .onnx, .safetensors or .npz, or give --format")
    }
    return (chosen, out)
  }
}
