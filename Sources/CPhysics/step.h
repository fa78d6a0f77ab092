#ifndef CP_STEP_H
#define CP_STEP_H

// How far a series may be trusted, and going there.

#include "series.h"

// log₂ of the largest step whose last two terms of the velocity are below the tolerance.
CP_INLINE vec series_step(const cp_series *s, int n, double tolerance) {
  const int d = s->shape.dimensions;
  const vec scale = whole_at(s, 0)[INVERSE_G];
  vec step = vec_of(INFINITY);
  for (int k = n - 1; k <= n; k++) {
    vec largest = {};
    for (int j = 0; j < s->shape.atoms - 1; j++) {
      const vec *x = pair_at(s, j, k);
      vec square = {};
      for (int c = 0; c < d; c++) square += x[c] * x[c];
      largest = vec_max(largest, square);
    }
    const double bound = tolerance / k;
    const vec ratio = (largest + 1e-280) * (scale * scale) * (1.0 / (bound * bound));
    step = vec_min(step, vec_log2(ratio) * (-0.5 / k));
  }
  return step;
}

// Moves to `h` of the series' variable; leaves dx/ds in the place of the velocities.
CP_INLINE void series_move(const cp_series *s, int n, vec h, int even) {
  const int d = s->shape.dimensions;
  const vec factor = even ? 2.0 * vec_sqrt(h) : vec_of(1.0);
  for (int j = 0; j < s->shape.atoms - 1; j++) {
    vec x[3], rate[3];
    for (int c = 0; c < d; c++) {
      x[c] = pair_at(s, j, n)[c];
      rate[c] = (vec){};
    }
    for (int k = n - 1; k >= 0; k--) {
      const vec *term = pair_at(s, j, k);
      for (int c = 0; c < d; c++) {
        rate[c] = rate[c] * h + x[c];
        x[c] = x[c] * h + term[c];
      }
    }
    for (int c = 0; c < d; c++) {
      pair_at(s, j, 0)[c] = x[c];
      whole_at(s, 0)[VELOCITY + j * d + c] = rate[c] * factor;
    }
  }
}

// From dx/ds to velocities.
CP_INLINE void series_rate_to_velocity(const cp_series *s) {
  vec *whole = whole_at(s, 0);
  const int count = (s->shape.atoms - 1) * s->shape.dimensions;
  for (int i = 0; i < count; i++) whole[VELOCITY + i] *= whole[INVERSE_G];
}

#endif
