import Text

/// 128 bits of FNV-1a: h ← (h ⊕ byte) · prime, for every byte.
///
/// Each step is a bijection of h, so two inputs of which one byte differs never agree: every flip
/// of a single bit is noticed. Not for anything that someone might forge.
package struct Fingerprint: Hashable {
  private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

  package init() {}

  package init(of bytes: some Sequence<UInt8>) { add(bytes) }

  package mutating func add(_ bytes: some Sequence<UInt8>) {
    let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b
    for byte in bytes { state = (state ^ UInt128(byte)) &* prime }
  }

  /// Adds text so that "ab", "c" differs from "a", "bc".
  package mutating func add(_ text: String) {
    add(text.utf8)
    add(CollectionOfOne(0))
  }

  /// 32 hexadecimal digits.
  package var hexadecimal: String {
    String(state, radix: 16).padded(to: 32)
  }
}
