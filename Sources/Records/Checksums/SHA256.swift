/// SHA-256 (FIPS 180-4) of bytes that arrive in pieces.
package struct SHA256: Sendable {
  private var state = Self.start
  /// The bytes of an incomplete block.
  private var pending: [UInt8] = []
  private var count: UInt64 = 0

  package init() {
    pending.reserveCapacity(64)
  }

  /// The digest of `bytes` in 64 hexadecimal digits.
  package static func hexadecimal(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hexadecimal()
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count += UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let head = rest.prefix(64 - pending.count)
      pending.append(contentsOf: head)
      rest = rest.dropFirst(head.count)
      guard pending.count == 64 else { return }
      let block = pending
      block.withUnsafeBytes { compress($0) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count / 64 * 64
    compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)))
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  /// The digest of all bytes so far.
  package func hexadecimal() -> String {
    var last = self
    let bits = count &* 8
    let zeros = (119 - pending.count) % 64
    let end = [0x80] + [UInt8](repeating: 0, count: zeros) + Self.bigEndian(bits)
    end.withUnsafeBytes { last.update($0) }
    let digits = Array("0123456789abcdef".utf8)
    let text = last.state.flatMap { word in
      (0..<8).map { digits[Int(word >> (28 - 4 * UInt32($0)) & 15)] }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func bigEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
  }

  /// Processes a sequence of whole blocks.
  private mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    Self.round.withUnsafeBufferPointer { round in
      state.withUnsafeMutableBufferPointer { state in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
          for block in stride(from: 0, to: blocks.count, by: 64) {
            for t in 0..<16 {
              let word = blocks.loadUnaligned(fromByteOffset: block + 4 * t, as: UInt32.self)
              w[t] = UInt32(bigEndian: word)
            }
            Self.mix(w, into: state, round)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func mix(
    _ w: UnsafeMutableBufferPointer<UInt32>, into state: UnsafeMutableBufferPointer<UInt32>,
    _ round: UnsafeBufferPointer<UInt32>
  ) {
    for t in 16..<64 {
      let (x, y) = (w[t - 15], w[t - 2])
      let s0 = turn(x, 7) ^ turn(x, 18) ^ x >> 3
      let s1 = turn(y, 17) ^ turn(y, 19) ^ y >> 10
      w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let t1 =
        h &+ (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) &+ (e & f ^ ~e & g) &+ round[t] &+ w[t]
      let t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e) = (g, f, e, d &+ t1)
      (d, c, b, a) = (c, b, a, t1 &+ t2)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always)
  private static func turn(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 &- n) }
}

extension SHA256 {
  /// The first 32 bits of the fractions of √2, √3, √5, … √19.
  private static let start = primes.prefix(8).map { prime in
    UInt32(truncatingIfNeeded: root(of: UInt128(prime) << 64) { $0 * $0 })
  }

  /// The first 32 bits of the fractions of ∛2, ∛3, ∛5, … ∛311.
  private static let round = primes.map { prime in
    UInt32(truncatingIfNeeded: root(of: UInt128(prime) << 96) { $0 * $0 * $0 })
  }

  private static let primes = (2...311).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }

  /// The largest number below 2^37 whose square or cube, by `power`, does not exceed `value`.
  private static func root(of value: UInt128, power: (UInt128) -> UInt128) -> UInt128 {
    var root: UInt128 = 0
    for bit in (0..<37).reversed() {
      let next = root | 1 << UInt128(bit)
      if power(next) <= value { root = next }
    }
    return root
  }
}
