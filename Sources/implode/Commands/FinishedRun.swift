import Glibc
import Records
import Text
import Training

extension Failure {
  static let noRun = usage("no RUN", hint: "name a run's folder, such as runs/default-1")
}

extension SavedModel {
  /// The best model of the run in a folder, or the one in a file: a checkpoint, or an exported one.
  init(of run: String) throws {
    self =
      try Self.isFile(run)
      ? SavedModel(SafetensorsFile(contentsOf: run)) : SavedModel(ofRun: run)
  }

  /// Whether this is a file, rather than the folder of a run.
  static func isFile(_ run: String) -> Bool {
    // Opening a pipe would wait for a writer.
    var status = stat()
    return stat(run, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The best model of the run in a folder.
  init(ofRun folder: String) throws {
    let path = "\(folder)/checkpoints/best.safetensors"
    guard access(path, F_OK) == 0 else {
      throw Failure(
        "\(folder): has no checkpoints/best.safetensors",
        hint: "name the folder of a trained run", code: .input)
    }
    guard Self.isFile(path) else {
      throw Failure(
        "\(path): is not a file", hint: "name the folder of a trained run",
        code: .input)
    }
    self = try SavedModel(SafetensorsFile(contentsOf: path))
  }
}
