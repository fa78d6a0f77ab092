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
    var status = stat()
    guard stat(run, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      self = try SavedModel(ofRun: run)
      return
    }
    self = try SavedModel(SafetensorsFile(contentsOf: run))
  }

  /// The best model of the run in a folder.
  init(ofRun folder: String) throws {
    let path = "\(folder)/checkpoints/best.safetensors"
    guard access(path, F_OK) == 0 else {
      throw Failure(
        "\(folder): has no checkpoints/best.safetensors",
        hint: "name the folder of a trained run", code: .input)
    }
    // Opening a pipe would wait for a writer.
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(
        "\(path): is not a file", hint: "name the folder of a trained run",
        code: .input)
    }
    self = try SavedModel(SafetensorsFile(contentsOf: path))
  }
}
