/// One configuration that comes with the program, embedded in the binary.
package struct ShippedConfiguration: Sendable {
  package let name: String
  package let bytes: [UInt8]

  /// Every file of this folder: one line for each name in Package.swift.
  package static let all = [
    ShippedConfiguration(name: "default", bytes: PackageResources.default_json5),
    ShippedConfiguration(name: "cvae-wide", bytes: PackageResources.cvae_wide_json5),
    ShippedConfiguration(name: "cvae-energy", bytes: PackageResources.cvae_energy_json5),
    ShippedConfiguration(name: "cvae-report", bytes: PackageResources.cvae_report_json5),
    ShippedConfiguration(name: "cvae-proposal", bytes: PackageResources.cvae_proposal_json5),
    ShippedConfiguration(name: "cinn-proposal", bytes: PackageResources.cinn_proposal_json5),
    ShippedConfiguration(name: "two-stage", bytes: PackageResources.two_stage_json5),
    ShippedConfiguration(name: "cvae-october", bytes: PackageResources.cvae_october_json5),
    ShippedConfiguration(name: "latent-flow", bytes: PackageResources.latent_flow_json5),
  ]
}
