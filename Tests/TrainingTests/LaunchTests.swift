import Engine
import Models
import ShippedConfigurations
import TestSupport
import Testing

@testable import Training

/// How many launches a training step of every shipped configuration takes.
@Suite struct LaunchTests {
  @Test("the launches of shipped configurations are those on record")
  func snapshot() throws {
    let lines = try ShippedConfiguration.all.map(\.name).sorted().flatMap { name in
      try Self.launches(of: name).enumerated().map { stage, names in
        "\(name), stage \(stage + 1): \(names.count) launches: " + names.joined(separator: " ")
      }
    }
    let text = lines.joined(separator: "\n") + "\n"
    #expect(
      try Snapshot.recorded(text, "Golden/launches on GPUs.txt") == text,
      "make snapshots records the new launches")
  }

  @Test("a step of the widest network is at most twenty launches")
  func widest() throws {
    for names in try Self.launches(of: "cvae-wide") { #expect(names.count <= 20) }
  }

  /// The names of the launches of each stage.
  private static func launches(of name: String) throws -> [[String]] {
    let run = try ShippedRun(name)
    return run.model.stages.map { model in
      StagePlan(model, data: run.data, settings: run.configuration.trainingSettings)
        .training.graph.launches(for: .plain).map(\.name)
    }
  }
}
