#include "hm_noise.h"

// A Feistel network permutes [0, 2ⁿ), with 2ⁿ the smallest power of two that is at least `count`.
// It is applied until the index is below `count` (cycle walking): this permutes [0, count).

//
// Small domains take more rounds, since halves of one to three bits mix little in each round.

enum { KEYS = 8 };

static uint32_t bit_length(uint32_t x) { return x == 0 ? 0 : 32 - (uint32_t)__builtin_clz(x); }

// Every input bit affects every output bit, including the low bits, which the rounds use.
static uint32_t mixed(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7FEB352Du;
  x = (x ^ (x >> 15)) * 0x846CA68Bu;
  return x ^ (x >> 16);
}

hm_permutation hm_make_permutation(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t count) {
  const uint32_t bits = bit_length(count - 1);
  const uint32_t low_bits = bits - bits / 2;
  hm_permutation permutation = {.count = count,
                                .low_bits = low_bits,
                                .low_mask = (1u << low_bits) - 1,
                                .high_mask = (1u << bits / 2) - 1,
                                .passes = bits < 8 ? 4 : 1};
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  for (uint32_t i = 0; i < KEYS / 4; ++i) {
    const uint32_t counter[4] = {i, count, epoch, stream};
    hm_philox(counter, key, permutation.keys + 4 * i);
  }
  return permutation;
}

// All rounds of the network, once.
static uint32_t scrambled(const hm_permutation *p, uint32_t index) {
  uint32_t low = index & p->low_mask;
  uint32_t high = index >> p->low_bits;
  for (uint32_t pass = 0; pass < p->passes; ++pass) {
    const uint32_t offset = pass * 0x9E3779B9u;
    for (int i = 0; i < KEYS; i += 2) {
      low ^= mixed(high ^ (p->keys[i] + offset)) & p->low_mask;
      high ^= mixed(low ^ (p->keys[i + 1] + offset)) & p->high_mask;
    }
  }
  return high << p->low_bits | low;
}

uint32_t hm_permuted(const hm_permutation *permutation, uint32_t index) {
  do {
    index = scrambled(permutation, index);
  } while (index >= permutation->count);
  return index;
}
