import Machine

/// How long a run has trained, in wall time: all its starts together, up to the last checkpoint of
/// each that was killed.
package struct TrainingTime: Sendable {
  /// Seconds of earlier starts.
  private let before: Double
  /// Seconds of this one.
  private let clock: @Sendable () -> Double

  /// - Parameter clock: seconds since the start; nil for those of the system.
  package init(before: Double = 0, clock: (@Sendable () -> Double)? = nil) {
    let start = ContinuousClock.now
    self.before = before
    self.clock = clock ?? { (ContinuousClock.now - start).seconds }
  }

  package var seconds: Double { before + clock() }

  /// Whether so many minutes are over; never where there is no limit.
  package func isOver(minutes: Double?) -> Bool { minutes.map { seconds >= 60 * $0 } ?? false }
}
