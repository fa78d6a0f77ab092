import Glibc
package import Randomness

/// Draws that belong to one row of a data set: a function of seed, stream, row, attempt and
/// position in the row, so that no thread, chunk or neighbor can change them.
///
/// Uniforms are the same bits everywhere. Normals go through the system's `log`, `sin` and `cos`,
/// which may differ in the last bit between machines.
package struct RowRandom {
  private let philox: Philox
  private let row: UInt32
  private let attempt: UInt32
  private let stream: RandomStream
  private var block: UInt32 = 0
  private var spare: UInt64?
  private var spareNormal: Double?

  package init(seed: UInt64, stream: RandomStream, row: Int, attempt: UInt32 = 0) {
    precondition(row >= 0 && row <= UInt32.max, "rows are counted with 32 bits")
    philox = Philox(seed: seed)
    (self.row, self.attempt, self.stream) = (UInt32(row), attempt, stream)
  }

  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  package mutating func uniform() -> Double { Double(word() >> 11) * 0x1p-53 }

  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// An index below `count`; its bias is below `count`/2⁵³.
  package mutating func index(below count: Int) -> Int {
    min(Int(uniform() * Double(count)), count - 1)
  }

  /// From N(0, 1), by Box–Muller; |z| ≤ 8.6.
  package mutating func normal() -> Double {
    if let saved = spareNormal {
      spareNormal = nil
      return saved
    }
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  private mutating func word() -> UInt64 {
    if let saved = spare {
      spare = nil
      return saved
    }
    let words = philox(SIMD4(block, row, attempt, stream.rawValue))
    block &+= 1
    spare = UInt64(words.z) << 32 | UInt64(words.w)
    return UInt64(words.x) << 32 | UInt64(words.y)
  }
}
