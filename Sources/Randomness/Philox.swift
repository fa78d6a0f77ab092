/// Philox4x32-10: four random words, a pure function of a counter and a key.
///
/// The counter is a logical coordinate, `(column / 4, row, step, stream)`, never a thread or a
/// tile, so every device generates the same noise however it divides the work. Rows of noise
/// is `hm_normals`' task; this is its specification.
package struct Philox: Sendable {
  private let key: SIMD2<UInt32>

  package init(seed: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The four words at `counter`.
  package func callAsFunction(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let a = counter.x.multipliedFullWidth(by: 0xD251_1F53)
      let b = counter.z.multipliedFullWidth(by: 0xCD9E_8D57)
      counter = SIMD4(b.high ^ counter.y ^ key.x, b.low, a.high ^ counter.w ^ key.y, a.low)
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }
}
