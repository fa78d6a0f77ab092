/// The time of a step, from blocks of steps of which each lasts twice as long as the one before.
///
/// On a quiet machine the first two agree. On a busy one a thread loses its core for milliseconds at
/// a time, so only long blocks say how fast a run will be, and how well that is known.
package struct StepTimes {
  private var secondsPerStep: Double
  /// Of the last two blocks.
  package private(set) var range: ClosedRange<Double>?
  private var spent = 0.0
  /// How long the next block should last, in seconds.
  private var blockSeconds = 0.01

  /// Blocks that differ less agree.
  private static let tolerance = 1.1
  private static let mostSeconds = 1.0

  /// - Parameter firstStep: the seconds of a step before the first block.
  package init(firstStep: Double) { secondsPerStep = firstStep }

  /// The steps of the next block.
  package var steps: Int { max(1, Int(blockSeconds / max(1e-6, secondsPerStep))) }

  /// Takes note of a block of `steps` steps.
  package mutating func append(seconds: Double) {
    let latest = seconds / Double(steps)
    if spent > 0 { range = min(secondsPerStep, latest)...max(secondsPerStep, latest) }
    secondsPerStep = latest
    spent += seconds
    blockSeconds *= 2
  }

  /// Whether more blocks would say nothing new, or would take longer than anyone wants to wait.
  package var isSettled: Bool {
    guard let range else { return false }
    return range.upperBound <= Self.tolerance * range.lowerBound || spent >= Self.mostSeconds
  }
}
