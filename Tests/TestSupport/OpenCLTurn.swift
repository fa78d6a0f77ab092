package import Testing

/// A suite that touches OpenCL: no other one does while it runs.
package struct OpenCLTurn: SuiteTrait, TestScoping {
  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Turn.openCL.take(function)
  }
}

extension Trait where Self == OpenCLTurn {
  /// Runs the suite alone among those that touch OpenCL, whatever module they are in.
  package static var openCLTurn: OpenCLTurn { OpenCLTurn() }
}
