#ifndef HM_FLOAT_BITS_H
#define HM_FLOAT_BITS_H

#include <stdint.h>
#include <string.h>

#include "target.h"

HM_INLINE uint32_t hm_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

HM_INLINE float hm_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#endif
