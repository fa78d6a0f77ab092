#include "precision.h"

#include "float_bits.h"
#include "target.h"

// Rounding adds half a unit of the last kept bit and then clears the bits below it: to the nearest,
// ties away from zero (tf32). For ties to even (bf16), one less is added if the last kept bit is 0.
// A nan is kept, because the addition could turn it into an infinity.

static HM_CLONES void hm_round_bf16(long count, float *x) {
  HM_VECTORIZE
  for (long i = 0; i < count; i++) {
    const uint32_t bits = hm_bits(x[i]);
    const float rounded = hm_float((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000);
    x[i] = x[i] == x[i] ? rounded : x[i];
  }
}

static HM_CLONES void hm_round_tf32(long count, float *x) {
  HM_VECTORIZE
  for (long i = 0; i < count; i++) {
    const float rounded = hm_float((hm_bits(x[i]) + 0x1000) & 0xFFFFE000);
    x[i] = x[i] == x[i] ? rounded : x[i];
  }
}

HM_INLINE uint32_t hm_bf16(float x) {
  const uint32_t bits = hm_bits(x);
  return x == x ? (bits + 0x7FFF + (bits >> 16 & 1)) >> 16 : 0x7FC0;
}

// Iterations are independent although the loop writes to memory that it reads.
#define HM_INDEPENDENT _Pragma("clang loop vectorize(assume_safety) interleave_count(1)")

HM_CLONES void hm_make_pairs(long rows, long width, float *panel) {
  for (long k = 0; k < rows; k += 2) {
    // Pairs are written before, or in place of, the rows that are still to be read.
    const float *first = panel + k * width, *second = first + width;
    float *pairs = panel + k / 2 * width;
    if (k + 1 < rows) {
      HM_INDEPENDENT
      for (long i = 0; i < width; i++) {
        pairs[i] = hm_float(hm_bf16(first[i]) | hm_bf16(second[i]) << 16);
      }
    } else {
      for (long i = 0; i < width; i++) pairs[i] = hm_float(hm_bf16(first[i]));
    }
  }
}

void hm_turn_pairs(long blocks, long width, float *panel) {
  float turned[16 * 16];
  for (long block = 0; block < blocks; block++, panel += 16 * width) {
    for (long i = 0; i < width; i++) {
      for (long k = 0; k < 16; k++) turned[i * 16 + k] = panel[k * width + i];
    }
    memcpy(panel, turned, 16 * width * sizeof *panel);
  }
}

void hm_round(hm_precision precision, long count, float *x) {
  if (precision == HM_BF16) hm_round_bf16(count, x);
  if (precision == HM_TF32) hm_round_tf32(count, x);
}
