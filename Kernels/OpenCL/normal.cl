// Box–Muller's parts.
//
// Every rounding happens in an explicit fma or in a product that feeds no sum; all else is exact.
// So no contraction, and no device's own sqrt, log or sin, can change a bit.

// −2 ln u for u = (word + ½)/2³², to full relative precision at both ends of (0, 1).
//
// q is the distance of u to the nearer end, so that rounding it to a float loses nothing near 1.
static inline REALS minus_two_log(WORDS word) {
#pragma OPENCL FP_CONTRACT OFF
  const WORDS upper = 0u - (word >> 31);
  const REALS q = (TO_REALS(AS_INTS(word ^ upper)) + 0.5f) * 0x1p-32f;
  const WORDS bits = AS_WORDS(AS_INTS(upper) != 0 ? (REALS)(1.0f) - q : q);
  // u = m · 2⁻ᵉ with m in [2/3, 4/3); 0x3F2AAAAB is 2/3.
  const WORDS scale = (bits - 0x3F2AAAABu) & 0xFF800000u;
  const REALS e = TO_REALS(-(AS_INTS(scale) >> 23));
  const REALS f = AS_INTS(scale) == 0 ? -q : AS_REALS(bits - scale) - 1.0f;

  REALS p = -0.280526072f;
  p = fma(p, f, (REALS)(0.307770997f));
  p = fma(p, f, (REALS)(-0.279916346f));
  p = fma(p, f, (REALS)(0.328319192f));
  p = fma(p, f, (REALS)(-0.400223374f));
  p = fma(p, f, (REALS)(0.500156403f));
  p = fma(p, f, (REALS)(-0.666663945f));
  p = fma(p, f, (REALS)(0.999998748f));
  p = fma(p, f, (REALS)(-2.0f));
  return fma(f, p, e * 1.38629436f);
}

// √x, correctly rounded, for x in [2⁻³³, 2⁶]: the built-in may be off by three units. Two Newton
// steps on an estimate of 1/√x from the exponent, then one on the root with its exact residual.
static inline REALS rounded_sqrt(REALS x) {
#pragma OPENCL FP_CONTRACT OFF
  REALS y = AS_REALS(0x5F3759DFu - (AS_WORDS(x) >> 1));
  for (int step = 0; step < 3; ++step) {
    y = fma(y * 0.5f, fma(-x * y, y, (REALS)(1.0f)), y);
  }
  const REALS root = x * y;
  return fma(fma(-root, root, x), 0.5f * y, root);
}

// radius · cos 2πu and radius · sin 2πu for u = word/2³²: a quadrant, and at most an eighth of a
// turn.
static inline void on_circle(REALS radius, WORDS word, REALS *cosines, REALS *sines) {
#pragma OPENCL FP_CONTRACT OFF
  const REALS t = TO_REALS(AS_INTS(word << 2) >> 2) * 0x1p-32f;
  const WORDS quadrant = (word + 0x20000000u) >> 30;
  const REALS s = t * t;

  REALS sine = -75.3935623f;
  sine = fma(sine, s, (REALS)(81.5923538f));
  sine = fma(sine, s, (REALS)(-41.3416634f));
  sine = fma(sine, s, (REALS)(6.28318548f));
  sine = sine * t;
  REALS cosine = 59.2459641f;
  cosine = fma(cosine, s, (REALS)(-85.4437408f));
  cosine = fma(cosine, s, (REALS)(64.9393234f));
  cosine = fma(cosine, s, (REALS)(-19.7392082f));
  cosine = fma(cosine, s, (REALS)(1.0f));

  const INTS odd = AS_INTS(quadrant & 1u) != 0;
  const WORDS x = AS_WORDS(odd ? sine : cosine) ^ (((quadrant + 1u) & 2u) << 30);
  const WORDS y = AS_WORDS(odd ? cosine : sine) ^ ((quadrant & 2u) << 30);
  // Adding zero inside the fma keeps a caller's sum from being fused with a bare product.
  *cosines = fma(radius, AS_REALS(x), (REALS)(0.0f));
  *sines = fma(radius, AS_REALS(y), (REALS)(0.0f));
}

// Four columns of noise, from column 4·block on, of the rows from r on; |z| is at most 6.77.
//
// Philox as in noise.cl, row by row; counter: (column / 4, row, step, stream).
static inline void row_noise(__global const uint *clock, int stream, int r, int block, REALS *z) {
  WORDS a = (WORDS)((uint)block), b = AS_WORDS(ROWS_FROM(r)) + clock[CLOCK_FIRST_ROW];
  WORDS c = (WORDS)(clock[CLOCK_STEP]), d = (WORDS)((uint)stream);
  uint2 key = (uint2)(clock[CLOCK_SEED_LOW], clock[CLOCK_SEED_HIGH]);
  for (int round = 0; round < 10; ++round) {
    const WORDS high1 = mul_hi(a, (WORDS)(0xD2511F53u)), low1 = a * 0xD2511F53u;
    const WORDS high2 = mul_hi(c, (WORDS)(0xCD9E8D57u)), low2 = c * 0xCD9E8D57u;
    a = high2 ^ b ^ key.x;
    b = low2;
    c = high1 ^ d ^ key.y;
    d = low1;
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  on_circle(rounded_sqrt(minus_two_log(a)), b, z, z + 1);
  on_circle(rounded_sqrt(minus_two_log(c)), d, z + 2, z + 3);
}
