import Randomness

/// Random numbers of one purpose in one trial: a pure function of the seed and their place, so that
/// they do not depend on who runs the trial.
struct TrialRandom {
  private let philox: Philox
  private var counter: SIMD4<UInt32>
  private var words: SIMD4<UInt32> = .zero
  private var used = 4

  /// - Parameter dimension: the place of a parameter in its search space.
  init(seed: UInt64, trial: Int, dimension: Int) {
    philox = Philox(seed: seed)
    counter = SIMD4(
      0, UInt32(truncatingIfNeeded: trial), UInt32(truncatingIfNeeded: dimension),
      RandomStream.search.rawValue)
  }

  /// At least 0 and below 1, in steps of 2⁻⁵³.
  mutating func next() -> Double {
    if used > 2 {
      words = philox(counter)
      (counter.x, used) = (counter.x &+ 1, 0)
    }
    defer { used += 2 }
    let bits = UInt64(words[used]) << 32 | UInt64(words[used + 1])
    return Double(bits >> 11) * 0x1p-53
  }
}
