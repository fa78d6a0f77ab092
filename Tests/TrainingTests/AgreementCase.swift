import Engine
import Models
import ShippedConfigurations

@testable import Training

/// A shipped configuration, and what is changed in it to see more.
struct AgreementCase {
  let name: String
  var remark = ""
  var changes: [String: String] = [:]

  var title: String { remark.isEmpty ? name : "\(name), \(remark)," }

  static let all =
    ShippedConfiguration.all.map { AgreementCase(name: $0.name) } + [
      AgreementCase(
        name: "cvae-proposal", remark: "canonical",
        changes: [
          "data.frame": "canonical", "data.independent": "true", "optimizer.averaging": "0.999",
          "model.encoderSeesCondition": "true", "loss.energy": "0.1", "loss.mre": "1e-4",
          "loss.energySquared": "false",
        ]),
      AgreementCase(
        name: "cvae-proposal", remark: "absolute",
        changes: ["loss.mre": "1e-3", "loss.mreSquared": "false", "loss.absolute": "true"]),
      AgreementCase(
        name: "cinn-proposal", remark: "two noises",
        changes: ["noise.momenta": "0.02", "model.couplings": "3"]),
    ]
    + Activation.allCases.map { activation in
      AgreementCase(
        name: "default", remark: activation.choiceName,
        changes: [
          "model.kind": "regression", "model.decoder": "[16, 16]",
          "model.activation": activation.choiceName,
        ])
    }

  /// Penalties and a bound on the norm that are all felt, in batches that take little time.
  private static let common = [
    "training.batch": "32", "optimizer.l1": "1e-5", "optimizer.l2": "1e-3",
    "optimizer.weightDecay": "0.01", "optimizer.clipNorm": "0.5",
    "optimizer.schedule": "constant", "optimizer.warmup": "0",
  ]

  func run() throws -> ShippedRun {
    try ShippedRun(name, Self.common.merging(changes) { $1 })
  }
}
