import Checks
import Engine
import Foundation
import KernelSources
import TestSupport
import Testing

/// What a device is told to do, without a device.
@Suite struct PlanTests {
  static let networks: [Network] = [
    .layers([9, 256, 512, 1024, 9], batch: 256),
    .flow(couplings: 2, hidden: [128, 128], batch: 512),
    .flow(couplings: 20, hidden: [128, 128], batch: 512),
    .variational(hidden: 32, latent: 8, batch: 256),
    .variational(hidden: 32, latent: 8, batch: 256).joined,
    .flow(couplings: 20, hidden: [128, 128], batch: 512).joined,
    // Layers that do not fit.
    .layers([9, 256, 512, 1024, 9], batch: 256).joined,
  ]

  /// Every `__kernel` in the sources is launched by a row of the primitive table, and every launch
  /// names one.
  @Test("kernels and launches match", .inReleaseBuilds)
  func inventory() throws {
    var launched: Set<String> = []
    for row in PrimitiveCase.all + PrimitiveCase.joined {
      for (threshold, parts) in [(Int.max, 1), (0, 1), (.max, 2)] {
        let isCut = parts > 1
        for warpPrecisions in [[], Set(ProductPrecision.allCases.dropFirst())] {
          let traits = LaunchTraits(
            isCPU: threshold == 0, libraryProductThreshold: threshold,
            warpPrecisions: warpPrecisions,
            products: ProductTuning(
              standard: isCut ? .tiles(.standard, parts: parts) : nil))
          launched.formUnion(
            Fixture(row).graph.launches(for: traits).filter { !$0.isGenerated }.map(\.name))
        }
      }
    }
    launched.remove("CLBlastSgemm")
    let declared = Set(KernelSource.all.flatMap { Self.kernels(in: $0.text) })
    #expect(launched.subtracting(declared) == [], "launched, but not in Kernels/")
    #expect(declared.subtracting(launched) == [], "in Kernels/, but no test launches it")
    #expect(declared.count > 15)
  }

  /// The names after `void` in kernel declarations.
  private static func kernels(in text: String) -> [String] {
    text.components(separatedBy: "__kernel ").dropFirst().compactMap { part in
      part.components(separatedBy: "void ").dropFirst().first?
        .components(separatedBy: "(").first?
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  @Test("the launches of a step are those on record", arguments: networks.indices)
  func snapshot(_ index: Int) throws {
    let network = Self.networks[index]
    let launches = network.graph.launches(for: .plain)
    let lines = ["\(launches.count) launches a step"] + launches.map(\.summary)
    let text = lines.joined(separator: "\n") + "\n"
    #expect(
      try Snapshot.recorded(text, "Snapshots/\(network.name).txt") == text,
      "make snapshots records the new plan")
  }
}

extension Launch {
  /// Whether the kernel was written for its graph.
  fileprivate var isGenerated: Bool {
    if case .kernel(let kernel) = self { kernel.text != nil } else { false }
  }

  /// One line for people: the kernel and its sizes.
  var summary: String {
    switch self {
    case .kernel(let kernel):
      "\(kernel.entry) \(kernel.global.x)×\(kernel.global.y) by \(kernel.local.x)×\(kernel.local.y)"
        + (kernel.tile == .standard ? "" : ", \(kernel.tile)")
    case .product(let product):
      "\(name) \(product.rows)×\(product.columns)×\(product.depth)"
    }
  }
}
