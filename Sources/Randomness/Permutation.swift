/// A pseudo-random bijection of `0..<count`, computed point by point: a shuffle without a table.
///
/// A Feistel network on the smallest power of two that holds `count`, walked until it lands
/// inside: a bijection of the power of two, shortened along its cycles, is one of `0..<count`.
/// A round exchanges little between halves of one to three bits, so small domains take more rounds.
package struct Permutation: Sendable {
  package let count: UInt32
  private let lowBits: UInt32
  private let lowMask: UInt32
  private let highMask: UInt32
  private let passes: UInt32
  private let keys: [UInt32]

  /// The permutation of one epoch.
  package init(seed: UInt64, stream: RandomStream, epoch: UInt32, count: UInt32) {
    precondition(count > 0, "a permutation needs at least one element")
    let bits = UInt32(32 - (count - 1).leadingZeroBitCount)
    self.count = count
    lowBits = bits - bits / 2
    lowMask = (1 << lowBits) - 1
    highMask = (1 << (bits / 2)) - 1
    passes = bits < 8 ? 4 : 1
    let philox = Philox(seed: seed)
    keys = (0..<2 as Range<UInt32>).flatMap { block in
      let words = philox(SIMD4(block, count, epoch, stream.rawValue))
      return words.indices.map { words[$0] }
    }
  }

  /// The image of `index`.
  package func callAsFunction(_ index: UInt32) -> UInt32 {
    precondition(index < count, "index \(index) is outside 0..<\(count)")
    var image = index
    repeat { image = scrambled(image) } while image >= count
    return image
  }

  /// One walk through the network.
  private func scrambled(_ index: UInt32) -> UInt32 {
    var low = index & lowMask
    var high = index >> lowBits
    for pass in 0..<passes {
      let offset = pass &* 0x9E37_79B9
      for round in stride(from: 0, to: keys.count, by: 2) {
        low ^= Self.mixed(high ^ (keys[round] &+ offset)) & lowMask
        high ^= Self.mixed(low ^ (keys[round + 1] &+ offset)) & highMask
      }
    }
    return high << lowBits | low
  }

  /// Every input bit reaches every output bit; the low bits, which the rounds keep, included.
  private static func mixed(_ x: UInt32) -> UInt32 {
    var x = (x ^ x >> 16) &* 0x7FEB_352D
    x = (x ^ x >> 15) &* 0x846C_A68B
    return x ^ x >> 16
  }
}
