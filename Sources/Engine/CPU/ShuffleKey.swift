import CHostMath
import Randomness

/// The order in which an epoch visits rows: `Permutation`, without taking memory.
struct ShuffleKey {
  private var permutation: hm_permutation
  private let isIdentity: Bool

  init(seed: UInt64, epoch: UInt32, count: UInt32, isIdentity: Bool) {
    permutation = hm_make_permutation(seed, RandomStream.shuffle.rawValue, epoch, count)
    self.isIdentity = isIdentity
  }

  func callAsFunction(_ index: UInt32) -> UInt32 {
    if isIdentity { return index }
    return withUnsafePointer(to: permutation) { hm_permuted($0, index) }
  }
}
