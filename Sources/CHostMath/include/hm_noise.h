#ifndef HM_NOISE_H
#define HM_NOISE_H

#include <stdint.h>

// Counter-based noise: a number depends only on its counter and the seed, not on the thread, the
// tile or the device. The results are bit-identical to Philox.swift, StandardNormal.swift and
// Permutation.swift (the readable specification) and to noise.cl.

/// out = Philox4x32-10(counter, key).
void hm_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// out[r·columns + c] = standard normal c mod 4 of the block at counter
/// (c / 4, first_row + r, step, stream). |out| is at most 6.77.
void hm_normals(uint64_t seed, uint32_t stream, uint32_t step, uint32_t first_row, long rows,
                long columns, float *out);

/// A pseudo-random bijection of [0, count), computed point by point.
typedef struct {
  uint32_t count;
  uint32_t low_bits;
  uint32_t low_mask;
  uint32_t high_mask;
  uint32_t passes;
  uint32_t keys[8];
} hm_permutation;

/// The permutation of one epoch, which can then be evaluated at many indices. `count` ≥ 1.
hm_permutation hm_make_permutation(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t count);

/// The image of `index`, which must be below `count`; otherwise the function may not return.
uint32_t hm_permuted(const hm_permutation *permutation, uint32_t index);

#endif
