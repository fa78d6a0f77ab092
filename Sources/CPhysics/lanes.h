#ifndef CP_LANES_H
#define CP_LANES_H

// CP_LANES molecules side by side: every operation below is one of each, and no lane ever sees
// another, so that a molecule's bits do not depend on its neighbors.

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "target.h"

#ifndef CP_LANES
#define CP_LANES 8
#endif

typedef double vec __attribute__((vector_size(8 * CP_LANES)));
typedef int64_t mask __attribute__((vector_size(8 * CP_LANES)));

CP_INLINE vec vec_load(const double *from) {
  vec x;
  memcpy(&x, from, sizeof x);
  return x;
}

CP_INLINE void vec_store(double *to, vec x) { memcpy(to, &x, sizeof x); }

CP_INLINE vec vec_of(double x) { return x - (vec){}; }

CP_INLINE vec vec_select(mask where, vec x, vec otherwise) {
  return (vec)((where & (mask)x) | (~where & (mask)otherwise));
}

CP_INLINE vec vec_max(vec x, vec y) { return vec_select(x > y, x, y); }

CP_INLINE vec vec_min(vec x, vec y) { return vec_select(x < y, x, y); }

CP_INLINE vec vec_sqrt(vec x) { return __builtin_elementwise_sqrt(x); }

// log₂ x to 1e-2 for positive normal x: good enough to choose a step.
CP_INLINE vec vec_log2(vec x) {
  // The exponent becomes the low bits of a number whose ulp is 1.
  const mask exponent = (mask)((mask)x >> 52) | 0x4330000000000000;
  const mask fraction = ((mask)x & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000;
  const vec m = (vec)fraction;
  const vec polynomial = (-1.0 / 3.0 * m + 2.0) * m - 5.0 / 3.0;
  return ((vec)exponent - (0x1p52 + 1023)) + polynomial;
}

// 2ˣ to 1e-3 for |x| < 1000.
CP_INLINE vec vec_exp2(vec x) {
  const vec shifted = x + 0x1.8p52;
  const vec f = x - (shifted - 0x1.8p52);
  const vec p = ((0.0558011 * f + 0.2401397) * f + 0.6931337) * f + 1.0;
  return (vec)((mask)p + ((mask)shifted << 52));
}

#endif
