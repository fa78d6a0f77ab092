package import OpenCLBackend
package import Testing
import Foundation

/// The OpenCL devices of the machine that the tests run on.
package enum OpenCLMachine {
  /// Found once for all tests: what a device has built is reused.
  ///
  /// Devices stay on one thread at a time; see `OpenCLTurn`.
  nonisolated(unsafe) package static let devices = OpenCLDevice.discover().devices

  /// Whether a missing device is a failure, as it is in `make test`.
  package static let isRequired =
    ProcessInfo.processInfo.environment["IMPLODE_TESTS_NEED_OPENCL"] != nil
}

extension Trait where Self == ConditionTrait {
  /// Skips, visibly, what would loop over no device.
  package static var needsOpenCL: ConditionTrait {
    .enabled(if: !OpenCLMachine.devices.isEmpty, "no OpenCL device")
  }
}
