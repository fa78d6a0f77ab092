/// `(⌊w / 2⁹⌋ + ½) · 2⁻²³`: uniform on the open interval (0, 1), exact, never 0 and never 1.
package enum Uniform {
  package static func fromWords(_ words: SIMD4<UInt32>) -> SIMD4<Float> {
    SIMD4<Float>(words &>> 9) * 0x1p-23 + 0x1p-24
  }
}
