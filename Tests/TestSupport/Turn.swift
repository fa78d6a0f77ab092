/// One after another, over all test targets: a `@Suite(.serialized)` reaches no further than its
/// own module, and devices are shared.
package actor Turn {
  package static let openCL = Turn()

  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Does `work` while nobody else does any; waits without holding a thread.
  package func take(_ work: @Sendable () async throws -> Void) async rethrows {
    await begin()
    defer { end() }
    try await work()
  }

  private func begin() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// The turn passes to whoever has waited longest.
  private func end() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
