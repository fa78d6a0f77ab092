import OpenCLBackend
import TestSupport
import Testing

/// Everything that touches OpenCL, one test after another: a device and its programs stay on one
/// thread, and PoCL does not start up safely on two.
@Suite(.serialized, .openCLTurn) enum OnDevices {
  /// Found once for all tests: what a device has built is reused.
  nonisolated(unsafe) static let devices = OpenCLDevice.discover().devices
}
