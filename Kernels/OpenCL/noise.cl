// Counter-based noise: the same integers and the same floats, bit for bit, as Philox.swift,
// StandardNormal.swift, Permutation.swift and CHostMath's noise.c.

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

static inline void mix_rounds(const permutation *p, uint4 keys, uint *low, uint *high) {
  *low ^= mixed(*high ^ keys.x) & p->low_mask;
  *high ^= mixed(*low ^ keys.y) & p->high_mask;
  *low ^= mixed(*high ^ keys.z) & p->low_mask;
  *high ^= mixed(*low ^ keys.w) & p->high_mask;
}

// The image of `index`, which must be below `count`: for larger ones the walk need not end.
static inline uint permuted(const permutation *p, uint index) {
  do {
    uint low = index & p->low_mask;
    uint high = index >> p->low_bits;
    for (uint pass = 0; pass < p->passes; ++pass) {
      // Written out by number: an index that varies would put the keys into memory.
      mix_rounds(p, p->keys[0] + pass * 0x9E3779B9u, &low, &high);
      mix_rounds(p, p->keys[1] + pass * 0x9E3779B9u, &low, &high);
    }
    index = (high << p->low_bits) | low;
  } while (index >= p->count);
  return index;
}
