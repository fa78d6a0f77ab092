import Engine
import Foundation
import OpenCLBackend
import TestSupport
import Testing

@testable import Records
@testable import implode

/// Runs whose matrix products are computed by kernels of their own: as on a GPU, wherever they are.
@Suite(.serialized, .openCLTurn, .needsOpenCL)
struct TrainProductsTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  /// One layer has too many weights for a chain.
  private static let model = [
    "model.encoder=[288,232]", "model.decoder=[8]", "model.latent=2", "training.batch=32",
    "optimizer.schedule=constant", "training.patience=0",
  ]

  private func train(
    _ out: String, epochs: Int, cache: String, seconds: String = "0", _ rest: String...
  ) throws -> Binary {
    let result = try Binary.run(
      folder.arguments(
        "cvae-wide", out: out,
        Self.model + ["--backend", "opencl", "--device", "0", "training.epochs=\(epochs)"] + rest),
      environment: [
        "IMPLODE_LAUNCHES": "gpu", "IMPLODE_CACHE": folder[cache],
        "IMPLODE_TUNE_SECONDS": seconds,
      ])
    #expect(result.status == 0, "\(result.messages)")
    return result
  }

  private func file(_ cache: String) throws -> TuningFile {
    let settings = OpenCLSettings(cacheFolder: folder[cache] + "/opencl")
    return try #require(try OpenCLDevice.discover(settings).device(at: 0).tuningFile())
  }

  private func products(_ run: String) throws -> [String: String] {
    try #require(try folder.object("\(run)/run.json")["products"] as? [String: String])
  }

  /// Seconds in which every kernel is tried, however busy the machine.
  private static let ample = "3600"

  /// Both products of the wide layer, cut into parts.
  private static let cut = [ProductShape.Role.forward, .backward].map { role in
    TunedProduct(
      ProductShape(role, rows: 32, columns: 232, depth: 288),
      .tiles(ProductTile.all[0], parts: role == .forward ? 4 : 2), microseconds: 1, error: 0)
  }

  @Test("a resumed run uses its original kernels, whatever the file contains")
  func pinning() throws {
    #expect(try file("cut").add(Self.cut))
    _ = try train("long", epochs: 2, cache: "cut")
    let names = try products("long")
    #expect(
      names["forward 32 232 288"] == "tiles 32x32x32 sums 4x4 slices 4 parts 4")
    #expect(names["backward 32 232 288"]?.hasSuffix("parts 2") == true)
    _ = try train("plain", epochs: 2, cache: "empty")
    #expect(try products("plain").isEmpty)
    #expect(try folder.metrics("plain").count == 3)
    // Otherwise the rest would show nothing.
    let areSame = try folder.areSame("plain", "long")
    #expect(!areSame, "other sums gave the same bits")

    _ = try train("short", epochs: 1, cache: "cut")
    _ = try train("short", epochs: 2, cache: "empty", "--resume", "auto")
    #expect(try folder.areSame("long", "short"))
    #expect(try products("short") == names)

    _ = try train("late", epochs: 1, cache: "empty")
    _ = try train("late", epochs: 2, cache: "cut", "--resume", "auto")
    #expect(try folder.areSame("plain", "late"))
  }

  @Test("missing products are measured once, with one line of output")
  func measuring() throws {
    let first = try train("first", epochs: 1, cache: "new", seconds: Self.ample)
    let lines = first.messages.split(separator: "\n").filter { $0.contains("tuning kernels") }
    #expect(lines.count == 1 && lines[0].contains("at most \(Self.ample) s "), "\(first.messages)")
    let found = try file("new").load()
    #expect(found.problem == nil && !found.products.isEmpty)
    #expect(
      try products("first")
        == Dictionary(
          uniqueKeysWithValues: found.products.map { ($0.shape.text, $0.choice.text) }))
    let second = try train("second", epochs: 1, cache: "new")
    #expect(!second.messages.contains("tuning kernels"))
    #expect(try products("second") == products("first"))
    #expect(try folder.areSame("first", "second"))
  }

  @Test("a file that cannot be used is ignored with one line")
  func damaged() throws {
    let file = try file("bad")
    #expect(file.add(Self.cut))
    try Data("nonsense".utf8).write(to: URL(filePath: file.path))
    let result = try train("run", epochs: 1, cache: "bad", seconds: Self.ample)
    #expect(try products("run").isEmpty)
    let lines = result.messages.split(separator: "\n")
    #expect(lines.filter { $0.contains("not of this device") }.count == 1)
    #expect(!result.messages.contains("tuning kernels"))
  }

  @Test("a checkpoint with unknown kernels is refused")
  func unknown() throws {
    #expect(try file("cut").add(Self.cut))
    _ = try train("run", epochs: 1, cache: "cut")
    var bytes = try folder.data("run/checkpoints/last.safetensors")
    let place = try #require(bytes.firstRange(of: Data("tiles 32x32".utf8)))
    bytes.replaceSubrange(place, with: Data("cores 32x32".utf8))
    let seal = try #require(bytes.firstRange(of: Data("\(Seal.digestKey)\":\"".utf8))).upperBound
    let digest = Seal.digest(of: Array(bytes), at: seal..<seal + Seal.blank.count)
    bytes.replaceSubrange(seal..<seal + Seal.blank.count, with: Data(digest.utf8))
    let path = folder["changed.safetensors"]
    try bytes.write(to: URL(filePath: path))
    let result = try Binary.run(
      folder.arguments(nil, out: "again", ["--resume", path, "training.epochs=2"]))
    #expect(result.status == 65, "\(result.messages)")
    #expect(result.messages.contains("kernels of matrix products that this version"))
  }

  @Test("kernels that a device has no room for are refused before anything is compiled")
  func tooLarge() throws {
    var settings = OpenCLSettings()
    settings.treatsAsCPU = false
    let device = try OpenCLDevice.discover(settings).device(at: 0)
    let place = Workplace(
      device: device, backend: .opencl, name: device.name, threads: nil, memory: .max)
    let shape = ProductShape(.forward, rows: 1, columns: 2, depth: 3)
    var tuning = ProductTuning()
    let room = device.properties.localMemoryBytes
    tuning.choices[shape] = .tiles(ProductTile(64, 64, sums: (8, 8), step: room))
    #expect(place.use(tuning)?.0 == shape)
    #expect(device.products == ProductTuning())
    tuning.choices[shape] = .standard
    #expect(place.use(tuning) == nil)
    #expect(device.products == tuning)
  }

  @Test("tune-kernels measures what training would")
  func command() throws {
    let result = try Binary.run(
      ["tune-kernels", "cvae-wide"] + Self.model.dropLast(2)
        + ["--device", "0", "--seconds", Self.ample, "--json"],
      environment: ["IMPLODE_LAUNCHES": "gpu", "IMPLODE_CACHE": folder["cache"]])
    #expect(result.status == 0, "\(result.messages)")
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    let found = try file("cache").load().products
    #expect(!found.isEmpty && found.count == rows.count)
    #expect(rows.allSatisfy { $0["rows"] as? Int == 32 && $0["error"] as? Double ?? 1 <= 2e-5 })
    let processor = try Binary.run(["tune-kernels", "cvae-wide", "--device", "0"])
    #expect(processor.status == 69 && processor.messages.contains("needs no tuning"))
  }
}
