#include <string.h>

#include "float_bits.h"
#include "hm_noise.h"
#include "target.h"

// Products must not be fused with sums unless written as fma: all devices must give equal bits.
#pragma STDC FP_CONTRACT OFF

enum { CHUNK = 64 };

typedef struct {
  uint32_t x, y, z, w;
} words4;

typedef struct {
  float x, y;
} float_pair;

HM_INLINE words4 philox(words4 counter, uint32_t key0, uint32_t key1) {
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = (uint64_t)counter.x * 0xD2511F53u;
    const uint64_t b = (uint64_t)counter.z * 0xCD9E8D57u;
    counter = (words4){(uint32_t)(b >> 32) ^ counter.y ^ key0, (uint32_t)b,
                       (uint32_t)(a >> 32) ^ counter.w ^ key1, (uint32_t)a};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

// −2 ln u for u = (word + ½)/2³², to full relative precision at both ends of (0, 1).
//
// q is the distance of u to the nearer of 0 and 1, so that it is precise at both ends.
HM_INLINE float minus_two_log(uint32_t word) {
  const uint32_t upper = 0u - (word >> 31);
  const float q = ((float)(int32_t)(word ^ upper) + 0.5f) * 0x1p-32f;
  const uint32_t bits = hm_bits(upper ? 1.0f - q : q);
  // u = m · 2⁻ᵉ with m in [2/3, 4/3); 0x3F2AAAAB is 2/3.
  const uint32_t scale = (bits - 0x3F2AAAABu) & 0xFF800000u;
  const float e = (float)(-((int32_t)scale >> 23));
  const float f = scale == 0 ? -q : hm_float(bits - scale) - 1.0f;

  float p = -0.280526072f;
  p = __builtin_fmaf(p, f, 0.307770997f);
  p = __builtin_fmaf(p, f, -0.279916346f);
  p = __builtin_fmaf(p, f, 0.328319192f);
  p = __builtin_fmaf(p, f, -0.400223374f);
  p = __builtin_fmaf(p, f, 0.500156403f);
  p = __builtin_fmaf(p, f, -0.666663945f);
  p = __builtin_fmaf(p, f, 0.999998748f);
  p = __builtin_fmaf(p, f, -2.0f);
  return __builtin_fmaf(f, p, e * 1.38629436f);
}

// radius · (cos 2πu, sin 2πu) for u = word/2³², from a quadrant and an angle of at most π/4.
HM_INLINE float_pair on_circle(float radius, uint32_t word) {
  const float t = (float)((int32_t)(word << 2) >> 2) * 0x1p-32f;
  const uint32_t quadrant = (word + 0x20000000u) >> 30;
  const float s = t * t;

  float sine = -75.3935623f;
  sine = __builtin_fmaf(sine, s, 81.5923538f);
  sine = __builtin_fmaf(sine, s, -41.3416634f);
  sine = __builtin_fmaf(sine, s, 6.28318548f);
  sine = sine * t;
  float cosine = 59.2459641f;
  cosine = __builtin_fmaf(cosine, s, -85.4437408f);
  cosine = __builtin_fmaf(cosine, s, 64.9393234f);
  cosine = __builtin_fmaf(cosine, s, -19.7392082f);
  cosine = __builtin_fmaf(cosine, s, 1.0f);

  const uint32_t odd = quadrant & 1;
  const uint32_t x = hm_bits(odd ? sine : cosine) ^ (((quadrant + 1) & 2) << 30);
  const uint32_t y = hm_bits(odd ? cosine : sine) ^ ((quadrant & 2) << 30);
  // The fma with 0 prevents the compiler from fusing the product with a sum of the caller.
  return (float_pair){__builtin_fmaf(radius, hm_float(x), 0.0f),
                      __builtin_fmaf(radius, hm_float(y), 0.0f)};
}

// Two normal numbers, by the Box–Muller transform.
HM_INLINE float_pair normal_pair(uint32_t radius_word, uint32_t angle_word) {
  return on_circle(HM_SQRT(minus_two_log(radius_word)), angle_word);
}

HM_INLINE void normals_of(words4 words, float out[4]) {
  const float_pair a = normal_pair(words.x, words.y);
  const float_pair b = normal_pair(words.z, words.w);
  out[0] = a.x;
  out[1] = a.y;
  out[2] = b.x;
  out[3] = b.y;
}

// The counters of CHUNK consecutive blocks in row-major order.
typedef struct {
  uint32_t block[CHUNK];
  uint32_t row[CHUNK];
} chunk_counters;

HM_INLINE void count_up(chunk_counters *counters, long blocks_per_row, uint32_t *block,
                        uint32_t *row) {
  for (int i = 0; i < CHUNK; ++i) {
    counters->block[i] = *block;
    counters->row[i] = *row;
    const uint32_t wraps = ++*block == (uint32_t)blocks_per_row;
    *block = wraps ? 0 : *block;
    *row += wraps;
  }
}

HM_INLINE void copy_ragged(const float *values, const chunk_counters *counters, long blocks,
                           long columns, uint32_t first_row, float *out) {
  for (long i = 0; i < blocks; ++i) {
    const long column = 4 * (long)counters->block[i];
    const long width = columns - column < 4 ? columns - column : 4;
    float *target = out + (long)(counters->row[i] - first_row) * columns + column;
    for (long j = 0; j < width; ++j) target[j] = values[4 * i + j];
  }
}

// Always computes whole vectors of blocks, even if fewer are needed, to avoid a scalar remainder.
HM_CLONES void hm_normals(uint64_t seed, uint32_t stream, uint32_t step, uint32_t first_row,
                          long rows, long columns, float *out) {
  const uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
  const long blocks_per_row = (columns + 3) / 4;
  const long total = rows * blocks_per_row;
  uint32_t block = 0, row = first_row;
  chunk_counters counters;
  float values[4 * CHUNK];

  for (long start = 0; start < total; start += CHUNK) {
    const long wanted = total - start < CHUNK ? total - start : CHUNK;
    const long padded = (wanted + 15) & ~15L;
    count_up(&counters, blocks_per_row, &block, &row);
    HM_VECTORIZE
    for (long i = 0; i < padded; ++i) {
      const words4 counter = {counters.block[i], counters.row[i], step, stream};
      normals_of(philox(counter, key0, key1), values + 4 * i);
    }
    if (columns % 4 == 0) {
      memcpy(out + 4 * start, values, (size_t)(4 * wanted) * sizeof(float));
    } else {
      copy_ragged(values, &counters, wanted, columns, first_row, out);
    }
  }
}

void hm_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  const words4 words =
      philox((words4){counter[0], counter[1], counter[2], counter[3]}, key[0], key[1]);
  memcpy(out, &words, sizeof words);
}
