/// `√(−2 ln u) · (cos 2πv, sin 2πv)`: two independent samples of N(0, 1) by Box–Muller.
///
/// The logarithm, the sine and the cosine are polynomials of our own, because no two libraries
/// agree on theirs. They are made of `+`, `*`, fma, √ and integer operations in a fixed order, so
/// that C, Swift and OpenCL C give the same bits. A change here changes every result ever
/// published with a seed: change all three or none.
package enum StandardNormal {
  /// Four samples: the first two words make the first two, the last two the others. |z| ≤ 6.77.
  package static func fromWords(_ words: SIMD4<UInt32>) -> SIMD4<Float> {
    let a = pair(words.x, words.y)
    let b = pair(words.z, words.w)
    return SIMD4(a.x, a.y, b.x, b.y)
  }

  private static func pair(_ radiusWord: UInt32, _ angleWord: UInt32) -> SIMD2<Float> {
    onCircle(radius: minusTwoLog(radiusWord).squareRoot(), angleWord)
  }

  /// `−2 ln u` for `u = (word + ½) / 2³²`, to full relative precision at both ends of (0, 1).
  private static func minusTwoLog(_ word: UInt32) -> Float {
    let isUpper = word >> 31 == 1
    // The distance of u to the nearer end: rounding it to a Float loses nothing near 1.
    let q = (Float(isUpper ? ~word : word) + 0.5) * 0x1p-32
    let bits = (isUpper ? 1 - q : q).bitPattern
    // u = m · 2⁻ᵉ with m in [2/3, 4/3); 0x3F2AAAAB is 2/3.
    let scale = (bits &- 0x3F2A_AAAB) & 0xFF80_0000
    let e = -Float(Int32(bitPattern: scale) >> 23)
    let f = scale == 0 ? -q : Float(bitPattern: bits &- scale) - 1

    var p: Float = -0.280526072
    p = fma(p, f, 0.307770997)
    p = fma(p, f, -0.279916346)
    p = fma(p, f, 0.328319192)
    p = fma(p, f, -0.400223374)
    p = fma(p, f, 0.500156403)
    p = fma(p, f, -0.666663945)
    p = fma(p, f, 0.999998748)
    p = fma(p, f, -2)
    return fma(f, p, e * 1.38629436)
  }

  /// `radius · (cos 2πu, sin 2πu)` for `u = word / 2³²`.
  private static func onCircle(radius: Float, _ word: UInt32) -> SIMD2<Float> {
    // A quadrant, and at most an eighth of a turn from its middle.
    let quadrant = (word &+ 0x2000_0000) >> 30
    let t = Float(Int32(bitPattern: word << 2) >> 2) * 0x1p-32
    let s = t * t

    var sine: Float = -75.3935623
    sine = fma(sine, s, 81.5923538)
    sine = fma(sine, s, -41.3416634)
    sine = fma(sine, s, 6.28318548)
    sine *= t
    var cosine: Float = 59.2459641
    cosine = fma(cosine, s, -85.4437408)
    cosine = fma(cosine, s, 64.9393234)
    cosine = fma(cosine, s, -19.7392082)
    cosine = fma(cosine, s, 1)

    let turned =
      switch quadrant {
      case 0: SIMD2(cosine, sine)
      case 1: SIMD2(-sine, cosine)
      case 2: SIMD2(-cosine, -sine)
      default: SIMD2(sine, -cosine)
      }
    // Adding zero keeps a caller's sum from being fused with the product, and makes −0 into 0.
    return SIMD2(fma(radius, turned.x, 0), fma(radius, turned.y, 0))
  }

  private static func fma(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }
}
