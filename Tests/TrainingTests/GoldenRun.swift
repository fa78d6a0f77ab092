import Engine
import Foundation

@testable import Training

/// The first training losses of one shipped configuration.
struct GoldenRun: CustomStringConvertible {
  let name: String
  /// How far `Float` may be from the reference, relative to the largest loss of the stage.
  var bound = 2e-6
  var batch = 32

  /// On record, for each stage.
  static let steps = 20

  static let all = [
    // Narrow normals make much of rounding.
    GoldenRun(name: "default", bound: 1e-5),
    GoldenRun(name: "cvae-wide", batch: 8),
    // Before anything is learned atoms come out close together, where 1/r makes much of rounding.
    GoldenRun(name: "cvae-energy", bound: 1e-4),
    GoldenRun(name: "cvae-report"),
    GoldenRun(name: "cvae-proposal"),
    GoldenRun(name: "cinn-proposal"),
    GoldenRun(name: "two-stage"),
    GoldenRun(name: "cvae-october"),
    GoldenRun(name: "latent-flow"),
  ]

  var description: String { name }

  /// The total of the objective in every step, by stage.
  func losses(on device: any Device) throws -> [[Double]] {
    let run = try ShippedRun(name, ["training.batch": "\(batch)"])
    var losses: [[Double]] = []
    try run.train(on: device) { _, program in
      let training = program.training
      losses.append(
        try (0..<Self.steps).map { _ in
          try training.program.run()
          return Double(try training.program.read(training.objective.total)[0])
        })
    }
    return losses
  }

  /// The largest, relative to the largest loss of its stage; infinite where something is missing.
  static func difference(_ a: [[Double]], _ b: [[Double]]) -> Double {
    guard a.map(\.count) == b.map(\.count) else { return .infinity }
    return zip(a, b).map { a, b in
      let scale = b.map(abs).max() ?? 0
      // A maximum would not see nan.
      return zip(a, b).reduce(0) { worst, pair in
        let difference = abs(pair.0 - pair.1) / scale
        return difference <= worst ? worst : difference
      }
    }.reduce(0) { $1 <= $0 ? $0 : $1 }
  }

  private var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
  }

  /// A line for each stage.
  func record(_ losses: [[Double]]) throws {
    let lines = losses.map { $0.map { "\(Float($0))" }.joined(separator: " ") + "\n" }
    try lines.joined().write(to: file, atomically: true, encoding: .utf8)
  }

  func recorded() throws -> [[Double]] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
  }
}
