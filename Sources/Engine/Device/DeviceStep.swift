/// How a device computes a step.
package protocol DeviceStep: Step {
  /// The commands, in order; what memory they need besides the step's values is made on the way.
  func launches(in lowering: inout DeviceLowering) -> [Launch]

  /// What the step does as part of a chain; nil where it is faster, or only possible, by itself.
  func chained(_ shape: ChainShape) -> ChainedStep?

  /// The matrix products that kernels compute in tiles, whose sizes can be chosen.
  func products(on device: LaunchTraits) -> [ProductShape]
}

extension DeviceStep {
  package func chained(_ shape: ChainShape) -> ChainedStep? { nil }
  package func products(on device: LaunchTraits) -> [ProductShape] { [] }
}
