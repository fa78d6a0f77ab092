import Glibc
import Records
import Training

/// A run's folder, as commands take it that come after training.
enum FinishedRun {
  /// The best epoch's model.
  static func model(in folder: String) throws -> SavedModel {
    let path = "\(folder)/checkpoints/best.safetensors"
    guard access(path, F_OK) == 0 else {
      throw Failure(
        "\(folder): there is no checkpoints/best.safetensors",
        hint: "name the folder of a run that has been trained", code: .input)
    }
    return try SavedModel(SafetensorsFile(contentsOf: path))
  }
}
