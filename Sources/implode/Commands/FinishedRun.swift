import Glibc
import Machine
import Records
import Text
import Training

extension Failure {
  static let noRun = usage("no RUN", hint: "name a run's folder, such as runs/default-1")
  static let noMomenta = usage(
    "no MOMENTA", hint: "name the file of momenta, or - for standard input")
}

extension SavedModel {
  /// The best model of the run in a folder, or the one in a file: a checkpoint, or an exported one.
  init(of run: String) throws {
    if Files.isPlain(run), let kind = Self.kindOfTable(run) {
      throw Failure(
        "\(run): is \(kind), not a run or a checkpoint",
        hint: "the run comes first: implode predict RUN MOMENTA", code: .usage)
    }
    self =
      try Files.isPlain(run)
      ? SavedModel(SafetensorsFile(contentsOf: run)) : SavedModel(ofRun: run)
  }

  /// What a file is that begins as a table does, and as no checkpoint; nil for another.
  private static func kindOfTable(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var start = [UInt8](repeating: 0, count: 8)
    guard fread(&start, 1, start.count, file) == start.count else { return nil }
    if start.starts(with: [0x93] + Array("NUMPY".utf8)) { return "an NPY file" }
    if start.starts(with: [0x1F, 0x8B]) { return "a gzip file" }
    if start.starts(with: Array("PK".utf8)) { return "an NPZ file" }
    // A checkpoint begins with the length of its header, which has zeros at the end.
    return start.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x0D }
      ? "a text, such as a table" : nil
  }

  /// The best model of the run in a folder.
  init(ofRun folder: String) throws {
    let path = "\(folder)/checkpoints/best.safetensors"
    guard Files.exist(path) else {
      throw Failure(
        "\(folder): has no checkpoints/best.safetensors",
        hint: "name the folder of a trained run", code: .input)
    }
    guard Files.isPlain(path) else {
      throw Failure(
        "\(path): is not a file", hint: "name the folder of a trained run",
        code: .input)
    }
    self = try SavedModel(SafetensorsFile(contentsOf: path))
  }
}
