import Foundation
import Testing

/// A temporary folder with simulated rows, in which tiny models are trained; gone with this.
final class TrainFolder {
  let path: String

  /// Seconds of training even on a busy machine, and a last batch that is smaller.
  static let small = ["model.decoder=[8]", "training.batch=32", "training.epochs=3"]

  /// The same of models with an encoder.
  static let smallEncoder = small + ["model.encoder=[8]", "model.latent=2"]

  init(rows: Int = 300) throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "implode-train-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try simulate(rows: rows, seed: 1, to: "data.csv")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  subscript(_ name: String) -> String { "\(path)/\(name)" }

  func simulate(rows: Int, seed: Int, to name: String) throws {
    let result = try Binary.run([
      "simulate", "--family", "random", "--rows", "\(rows)", "--seed", "\(seed)", "--out",
      self[name],
    ])
    try #require(result.status == 0, "\(result.messages)")
  }

  /// What `train` gets besides the folder: arguments of a test come last, and count.
  func arguments(_ configuration: String? = "default", out: String?, _ rest: [String]) -> [String] {
    ["train"] + (configuration.map { [$0] } ?? []) + ["--backend", "cpu", "--threads", "1"]
      + (rest.contains("--data") ? [] : ["--data", self["data.csv"]])
      + (out.map { ["--out", self[$0]] } ?? []) + rest
  }

  /// Trains a small model of the default configuration.
  func train(
    out: String = "run", _ rest: String..., environment: [String: String?] = [:]
  ) throws -> Binary {
    try Binary.run(arguments(out: out, Self.small + rest), environment: environment)
  }

  func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: self[name]))
  }

  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  func object(_ name: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data(name)) as? [String: Any])
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self[name]) }

  /// All files below a folder.
  func files(_ name: String = "") -> Set<String> {
    let all = FileManager.default.enumerator(atPath: self[name])?.allObjects as? [String]
    return Set(all ?? [])
  }

  /// Rows of `metrics.csv` without the columns of the wall clock.
  func metrics(_ run: String) throws -> [String] {
    try text("\(run)/metrics.csv").split(separator: "\n").map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return (cells.prefix(1) + cells.dropFirst(3)).joined(separator: ",")
    }
  }

  /// Whether two runs came to the same bits.
  func areSame(_ a: String, _ b: String) throws -> Bool {
    let checkpoints = try ["best", "last"].allSatisfy { name in
      try data("\(a)/checkpoints/\(name).safetensors")
        == data("\(b)/checkpoints/\(name).safetensors")
    }
    let metrics = try metrics(a) == metrics(b)
    let kept = try kept(a) == kept(b)
    return checkpoints && metrics && kept
  }

  /// The checkpoints of the epochs that a run keeps, by name.
  func kept(_ run: String) throws -> [String: Data] {
    let names = files("\(run)/checkpoints").filter { $0.hasPrefix("epoch-") }
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try data("\(run)/checkpoints/\($0)")) })
  }
}
