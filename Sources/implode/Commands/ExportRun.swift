import Datasets
import Evaluation
import Glibc
import Machine
import Records
import Training
import Text

extension ExportOptions {
  func run(_ output: Output) throws {
    let (format, path) = try target()
    let rule = OverwriteRule(of: "export", isForced: force, run: folder, inputs: [folder])
    try rule.check(path)
    let export = try ModelExport(
      SavedModel(of: folder ?? ""), version: Implode.version)
    switch format {
    case .onnx: try OutputFile.write(try export.onnx().bytes, to: path, rule: rule)
    case .safetensors: try OutputFile.write(try export.safetensors(), to: path, rule: rule)
    case .npz: try export.writeNPZ(to: path, rule: rule)
    }
    let size = Self.size(of: path).map { "\(Numbers.grouped($0)) bytes, " } ?? ""
    try output.print("\(path): \(size)\(summary(export))")
  }

  /// In bytes; nil for what is no file, such as a pipe.
  private static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// As in `z (N, 7), momenta (N, 9) → positions (N, 9)`.
  private func summary(_ export: ModelExport) -> String {
    func text(_ ports: [ONNXPort]) -> String {
      ports.map { "\($0.name) (N, \($0.columns))" }.joined(separator: ", ")
    }
    return "\(text(export.inputs)) → \(text(export.outputs))"
  }
}
