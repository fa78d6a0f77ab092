import Dispatch
import Glibc
import Machine

/// Says what a driver is at when it takes long, so that nothing looks like a hang.
///
/// Kernels are compiled within seconds, but for some drivers they are too much: Mesa's for CPUs
/// compiles chains for minutes.
package struct SlowBuild: Sendable {
  /// The time until the first line, and that between lines.
  package var patience: Duration
  package var tell: @Sendable (String) -> Void

  package init(
    patience: Duration = .seconds(20), tell: @escaping @Sendable (String) -> Void = Self.printError
  ) {
    (self.patience, self.tell) = (patience, tell)
  }

  /// Does something, and tells of it again and again while it lasts.
  package func watch<Result, Failure>(
    _ what: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // A queue of its own: a driver may keep every other thread busy.
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "slow build"))
    let (start, tell) = (ContinuousClock.now, tell)
    timer.schedule(deadline: .now() + patience.seconds, repeating: patience.seconds)
    timer.setEventHandler {
      let seconds = Int((ContinuousClock.now - start).seconds)
      tell("\(what), for \(seconds) s now (Ctrl-C stops; --backend cpu needs no driver)")
    }
    timer.resume()
    defer { timer.cancel() }
    return try body()
  }

  /// On a line of its own, also where a line that tells of progress is shown.
  package static let printError: @Sendable (String) -> Void = { line in
    let text = (isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : "") + line + "\n"
    _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }
}
