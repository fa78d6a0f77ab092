import CHostMath
import Engine
import Testing
import Randomness

/// Philox against the published answers; the distribution and the bits of what is made from it.
@Suite struct NoiseTests {
  /// Counter, key and output of Philox4x32-10, from Random123's known-answer vectors.
  static let knownAnswers: [(counter: SIMD4<UInt32>, seed: UInt64, words: SIMD4<UInt32>)] = [
    (SIMD4(repeating: 0), 0, SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    (
      SIMD4(repeating: .max), .max,
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), 0x299f_31d0_a409_3822,
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ]

  @Test("Philox passes the published vectors, in Swift and in C")
  func philox() {
    for (counter, seed, words) in Self.knownAnswers {
      #expect(Philox(seed: seed)(counter) == words)
      var output = [UInt32](repeating: 0, count: 4)
      hm_philox(
        [counter.x, counter.y, counter.z, counter.w],
        [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)], &output)
      #expect(output == [words.x, words.y, words.z, words.w])
    }
  }

  @Test("the fast normals are the specified ones, to the bit", arguments: [1, 4, 7, 1024])
  func normalsAreTheSame(columns: Int) {
    let rows = 20_000 / columns + 3
    let key = NoiseKey(seed: 0xDEAD_BEEF_0000_0001, stream: .latent, step: 77)
    var fast = [Float](repeating: .nan, count: rows * columns)
    var plain = [Double](repeating: .nan, count: rows * columns)
    Float.normals(key, rows: 5..<5 + rows, columns: columns, into: &fast)
    Double.normals(key, rows: 5..<5 + rows, columns: columns, into: &plain)
    #expect(fast.map(\.bitPattern) == plain.map { Float($0).bitPattern })
  }

  @Test("normals have the moments and the tails of N(0, 1)")
  func distribution() {
    let count = 4_000_000
    var z = [Float](repeating: 0, count: count)
    let key = NoiseKey(seed: 1, stream: .sampling, step: 0)
    Float.normals(key, rows: 0..<count / 8, columns: 8, into: &z)
    func mean(_ f: (Double) -> Double) -> Double {
      z.reduce(0) { $0 + f(Double($1)) } / Double(count)
    }
    // Five standard errors of each moment.
    #expect(abs(mean { $0 }) < 0.0025)
    #expect(abs(mean { $0 * $0 } - 1) < 0.0036)
    #expect(abs(mean { $0 * $0 * $0 }) < 0.01)
    #expect(abs(mean { $0 * $0 * $0 * $0 } - 3) < 0.025)
    let beyondFour = z.count { abs($0) > 4 }
    #expect((170...340).contains(beyondFour), "\(beyondFour) of \(count) beyond 4, expected 253")
  }

  @Test("every index occurs once, for every count")
  func permutationIsBijective() {
    for count in Array(1...300) + [1000, 4095, 4096, 4097, 70_000] as [UInt32] {
      let permutation = Permutation(seed: 9, stream: .shuffle, epoch: count, count: count)
      var seen = [Bool](repeating: false, count: Int(count))
      for i in 0..<count { seen[Int(permutation(i))] = true }
      #expect(seen.allSatisfy { $0 }, "of \(count)")
    }
  }

  @Test("the fast permutation is the specified one")
  func permutationsAreTheSame() {
    for count in [1, 2, 33, 1_000_000] as [UInt32] {
      let plain = Permutation(seed: 5, stream: .split, epoch: 2, count: count)
      var fast = hm_make_permutation(5, RandomStream.split.rawValue, 2, count)
      for i in stride(from: 0, to: count, by: Int(max(1, count / 1000))) {
        #expect(hm_permuted(&fast, i) == plain(i))
      }
    }
  }
}
