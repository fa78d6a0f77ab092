// Counter-based noise: the same integers and the same floats, bit for bit, as Philox.swift,
// StandardNormal.swift, Permutation.swift and CHostMath's noise.c.
//
// Every rounding happens in an explicit fma or in a product that feeds no sum; all else is exact.
// So no contraction, and no device's own sqrt, log or sin, can change a bit.

// Philox4x32-10. Counter: (column / 4, row, step, stream); key: low and high word of the seed.
static inline uint4 philox(uint4 counter, uint2 key) {
  for (int round = 0; round < 10; ++round) {
    const uint2 factor = (uint2)(0xD2511F53u, 0xCD9E8D57u);
    const uint2 high = mul_hi(counter.xz, factor);
    const uint2 low = counter.xz * factor;
    counter = (uint4)(high.y ^ counter.y ^ key.x, low.y, high.x ^ counter.w ^ key.y, low.x);
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  return counter;
}

// −2 ln u for u = (word + ½)/2³², to full relative precision at both ends of (0, 1).
//
// q is the distance of u to the nearer end, so that rounding it to a float loses nothing near 1.
static inline float minus_two_log(uint word) {
#pragma OPENCL FP_CONTRACT OFF
  const uint upper = 0u - (word >> 31);
  const float q = ((float)(int)(word ^ upper) + 0.5f) * 0x1p-32f;
  const uint bits = as_uint(upper ? 1.0f - q : q);
  // u = m · 2⁻ᵉ with m in [2/3, 4/3); 0x3F2AAAAB is 2/3.
  const uint scale = (bits - 0x3F2AAAABu) & 0xFF800000u;
  const float e = (float)(-((int)scale >> 23));
  const float f = scale == 0 ? -q : as_float(bits - scale) - 1.0f;

  float p = -0.280526072f;
  p = fma(p, f, 0.307770997f);
  p = fma(p, f, -0.279916346f);
  p = fma(p, f, 0.328319192f);
  p = fma(p, f, -0.400223374f);
  p = fma(p, f, 0.500156403f);
  p = fma(p, f, -0.666663945f);
  p = fma(p, f, 0.999998748f);
  p = fma(p, f, -2.0f);
  return fma(f, p, e * 1.38629436f);
}

// √x, correctly rounded, for x in [2⁻³³, 2⁶]: the built-in may be off by three units. Two Newton
// steps on an estimate of 1/√x from the exponent, then one on the root with its exact residual.
static inline float rounded_sqrt(float x) {
#pragma OPENCL FP_CONTRACT OFF
  float y = as_float(0x5F3759DFu - (as_uint(x) >> 1));
  for (int step = 0; step < 3; ++step) {
    y = fma(y * 0.5f, fma(-x * y, y, 1.0f), y);
  }
  const float root = x * y;
  return fma(fma(-root, root, x), 0.5f * y, root);
}

// radius · (cos 2πu, sin 2πu) for u = word/2³²: a quadrant, and at most an eighth of a turn.
static inline float2 on_circle(float radius, uint word) {
#pragma OPENCL FP_CONTRACT OFF
  const float t = (float)((int)(word << 2) >> 2) * 0x1p-32f;
  const uint quadrant = (word + 0x20000000u) >> 30;
  const float s = t * t;

  float sine = -75.3935623f;
  sine = fma(sine, s, 81.5923538f);
  sine = fma(sine, s, -41.3416634f);
  sine = fma(sine, s, 6.28318548f);
  sine = sine * t;
  float cosine = 59.2459641f;
  cosine = fma(cosine, s, -85.4437408f);
  cosine = fma(cosine, s, 64.9393234f);
  cosine = fma(cosine, s, -19.7392082f);
  cosine = fma(cosine, s, 1.0f);

  const uint odd = quadrant & 1u;
  const uint x = as_uint(odd ? sine : cosine) ^ (((quadrant + 1u) & 2u) << 30);
  const uint y = as_uint(odd ? cosine : sine) ^ ((quadrant & 2u) << 30);
  // Adding zero inside the fma keeps a caller's sum from being fused with a bare product.
  return (float2)(fma(radius, as_float(x), 0.0f), fma(radius, as_float(y), 0.0f));
}

// Four independent draws from N(0, 1) by Box–Muller; |z| is at most 6.77.
static inline float4 standard_normals(uint4 words) {
  const float2 a = on_circle(rounded_sqrt(minus_two_log(words.x)), words.y);
  const float2 b = on_circle(rounded_sqrt(minus_two_log(words.z)), words.w);
  return (float4)(a.x, a.y, b.x, b.y);
}

// Four independent draws from the open interval (0, 1): odd multiples of 2⁻²⁴, exact.
static inline float4 uniforms(uint4 words) {
  return convert_float4(convert_int4(words >> 9)) * 0x1p-23f + 0x1p-24f;
}

// A pseudo-random bijection of [0, count): a Feistel network on the smallest power of two that
// holds `count`, walked until it lands inside. Small domains take more rounds.
typedef struct {
  uint count;
  uint low_bits;
  uint low_mask;
  uint high_mask;
  uint passes;
  uint4 keys[2];
} permutation;

static inline uint mixed(uint x) {
  x = (x ^ (x >> 16)) * 0x7FEB352Du;
  x = (x ^ (x >> 15)) * 0x846CA68Bu;
  return x ^ (x >> 16);
}

static inline permutation make_permutation(uint2 key, uint stream, uint epoch, uint count) {
  const uint bits = 32u - clz(count - 1u);
  permutation p;
  p.count = count;
  p.low_bits = bits - bits / 2u;
  p.low_mask = (1u << p.low_bits) - 1u;
  p.high_mask = (1u << bits / 2u) - 1u;
  p.passes = bits < 8u ? 4u : 1u;
  p.keys[0] = philox((uint4)(0u, count, epoch, stream), key);
  p.keys[1] = philox((uint4)(1u, count, epoch, stream), key);
  return p;
}

// The image of `index`, which must be below `count`: for larger ones the walk need not end.
static inline uint permuted(const permutation *p, uint index) {
  do {
    uint low = index & p->low_mask;
    uint high = index >> p->low_bits;
    for (uint i = 0; i < 2u * p->passes; ++i) {
      const uint4 keys = p->keys[i & 1u] + (i >> 1) * 0x9E3779B9u;
      low ^= mixed(high ^ keys.x) & p->low_mask;
      high ^= mixed(low ^ keys.y) & p->high_mask;
      low ^= mixed(high ^ keys.z) & p->low_mask;
      high ^= mixed(low ^ keys.w) & p->high_mask;
    }
    index = (high << p->low_bits) | low;
  } while (index >= p->count);
  return index;
}
