#include "float_bits.h"
#include "hm_matrix.h"
#include "target.h"

// Half of the last place that stays is added, and what is beyond it cut off: to the nearest, ties
// away from zero, or with one bit less where that place is even, ties to even. A nan must not
// become an infinity by it.

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

void hm_round(hm_precision precision, long count, float *x) {
  if (precision == HM_BF16) hm_round_bf16(count, x);
  if (precision == HM_TF32) hm_round_tf32(count, x);
}
