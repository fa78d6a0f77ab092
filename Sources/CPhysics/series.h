#ifndef CP_SERIES_H
#define CP_SERIES_H

// One step of the motion as a Taylor series, by recurrence from order to order.
//
// With the time s of dt = g ds, g = 1/Σ 1/rᵢⱼ, the positions d relative to atom 0 obey
//   d' = g v,  v' = Σ g u d / m,  u = 1/r³
// and are analytic through collisions in complex time, which are what would bound the step. A
// product of series costs one sum per order, so n orders cost about n² and no division: far less
// than the dozen evaluations of a Runge–Kutta step of equal length.

#include "lanes.h"

// A molecule's shape as the compiler sees it: constants for three atoms in a plane.
typedef struct {
  int atoms, dimensions, pairs;
} cp_shape;

CP_INLINE cp_shape cp_shape_of(int atoms, int dimensions) {
  return (cp_shape){atoms, dimensions, atoms * (atoms - 1) / 2};
}

// Coefficient k of a pair: its vector x, r², 1/r², 1/r, 1/r³ and g/r³, next to each other.
enum { R2, WW, W, U, GU, PAIR_SCALARS };
// Coefficient k of the whole: g, its reciprocal, and the velocities relative to atom 0.
enum { G, INVERSE_G, VELOCITY };

typedef struct {
  cp_shape shape;
  int orders;
  vec *pairs;
  vec *whole;
  // Forces on atoms at the order under way, and of pairs.
  vec *force;
  vec *partial;
  // Products of charges per pair.
  vec *charge;
  const double *inverse_mass;
  // Derivatives along so many directions beside the motion itself; see tangent.h.
  int directions;
  vec *stiffness;
  vec *tangent_pairs;
  vec *tangent_whole;
} cp_series;

CP_INLINE vec *pair_at(const cp_series *s, int pair, int k) {
  return s->pairs + ((long)pair * s->orders + k) * (s->shape.dimensions + PAIR_SCALARS);
}

CP_INLINE vec *whole_at(const cp_series *s, int k) {
  return s->whole + (long)k * (VELOCITY + (s->shape.atoms - 1) * s->shape.dimensions);
}

#define CP_FOR_ATOM_PAIRS(atoms, p, a, b)  \
  for (int a = 0, p = 0; a < (atoms); a++) \
    for (int b = a + 1; b < (atoms); b++, p++)

// Pairs (0, 1), (0, 2) … come first, so that pair j − 1 is the position of atom j.
#define CP_FOR_OTHER_PAIRS(s, p, a, b)                                 \
  for (int a = 1, p = (s)->shape.atoms - 1; a < (s)->shape.atoms; a++) \
    for (int b = a + 1; b < (s)->shape.atoms; b++, p++)

// Vectors of pairs without atom 0, at order k.
CP_INLINE void series_other_pairs(const cp_series *s, int k) {
  CP_FOR_OTHER_PAIRS(s, p, a, b) {
    const vec *from = pair_at(s, a - 1, k), *to = pair_at(s, b - 1, k);
    vec *x = pair_at(s, p, k);
    for (int c = 0; c < s->shape.dimensions; c++) x[c] = to[c] - from[c];
  }
}

// Accelerations relative to atom 0, times g, from the pairs' forces in `partial`.
CP_INLINE void series_accelerate(const cp_series *s, vec *to, double factor) {
  const int d = s->shape.dimensions, n = s->shape.atoms;
  for (int i = 0; i < n * d; i++) s->force[i] = (vec){};
  for (int j = 1; j < n; j++) {
    for (int c = 0; c < d; c++) {
      s->force[c] -= s->partial[(j - 1) * d + c];
      s->force[j * d + c] += s->partial[(j - 1) * d + c];
    }
  }
  CP_FOR_OTHER_PAIRS(s, p, a, b) {
    for (int c = 0; c < d; c++) {
      s->force[a * d + c] -= s->partial[p * d + c];
      s->force[b * d + c] += s->partial[p * d + c];
    }
  }
  for (int j = 1; j < n; j++) {
    for (int c = 0; c < d; c++) {
      to[(j - 1) * d + c] =
          (s->force[j * d + c] * s->inverse_mass[j] - s->force[c] * s->inverse_mass[0]) * factor;
    }
  }
}

// Order 0 of everything but the velocities, from the vectors of pairs (0, j).
CP_INLINE void series_start(const cp_series *s) {
  const int d = s->shape.dimensions;
  series_other_pairs(s, 0);
  vec sum = {};
  for (int p = 0; p < s->shape.pairs; p++) {
    vec *x = pair_at(s, p, 0);
    vec r2 = {};
    for (int c = 0; c < d; c++) r2 += x[c] * x[c];
    x[d + R2] = r2;
    x[d + WW] = 1.0 / r2;
    x[d + W] = vec_sqrt(x[d + WW]);
    x[d + U] = x[d + WW] * x[d + W];
    sum += x[d + W];
  }
  whole_at(s, 0)[INVERSE_G] = sum;
  whole_at(s, 0)[G] = 1.0 / sum;
}

CP_INLINE void series_start_forces(const cp_series *s) {
  const int d = s->shape.dimensions;
  for (int p = 0; p < s->shape.pairs; p++) {
    vec *x = pair_at(s, p, 0);
    x[d + GU] = whole_at(s, 0)[G] * x[d + U];
    for (int c = 0; c < d; c++) s->partial[p * d + c] = s->charge[p] * x[d + GU] * x[c];
  }
}

// Order k of r², 1/r², 1/r and 1/r³ of a pair. Sums Σ aᵢ bₖ₋ᵢ take i and k − i together; they are
// split over two loops so that their accumulators stay in 16 registers.
CP_INLINE void series_distance(const cp_series *s, int p, int k, int forces) {
  const int d = s->shape.dimensions;
  const vec *first = pair_at(s, p, 0);
  vec *last = pair_at(s, p, k);
  vec r2 = {}, ww = {}, w = {}, u = {};
  if (k % 2 == 0) {
    const vec *a = pair_at(s, p, k / 2);
    for (int c = 0; c < d; c++) r2 += 0.5 * (a[c] * a[c]);
    ww = a[d + R2] * a[d + WW];
    w = 0.5 * (a[d + W] * a[d + W]);
    u = a[d + WW] * a[d + W];
  }
  for (int i = (k - 1) / 2, j = k - i; i > 0; i--, j++) {
    const vec *a = pair_at(s, p, i), *b = pair_at(s, p, j);
    for (int c = 0; c < d; c++) r2 += a[c] * b[c];
    ww += a[d + R2] * b[d + WW];
    ww += b[d + R2] * a[d + WW];
    w += a[d + W] * b[d + W];
    if (forces) u += a[d + WW] * b[d + W];
    if (forces) u += b[d + WW] * a[d + W];
  }
  for (int c = 0; c < d; c++) r2 += first[c] * last[c];
  r2 += r2;
  w += w;
  ww = -first[d + WW] * (ww + r2 * first[d + WW]);
  // 1/(2w) = r² w / 2.
  w = (ww - w) * (0.5 * first[d + R2] * first[d + W]);
  last[d + R2] = r2;
  last[d + WW] = ww;
  last[d + W] = w;
  if (forces) last[d + U] = u + first[d + WW] * w + ww * first[d + W];
}

// Order k of g/r³ and of the force of a pair, but for the terms with gₖ.
CP_INLINE void series_force(const cp_series *s, int p, int k) {
  const int d = s->shape.dimensions;
  vec gu = {}, f[3] = {};
  if (k % 2 == 0) {
    const vec *a = pair_at(s, p, k / 2);
    gu = whole_at(s, k / 2)[G] * a[d + U];
    for (int c = 0; c < d; c++) f[c] = a[d + GU] * a[c];
  }
  for (int i = (k - 1) / 2, j = k - i; i > 0; i--, j++) {
    const vec *a = pair_at(s, p, i), *b = pair_at(s, p, j);
    gu += whole_at(s, i)[G] * b[d + U];
    gu += whole_at(s, j)[G] * a[d + U];
    for (int c = 0; c < d; c++) f[c] += a[d + GU] * b[c];
    for (int c = 0; c < d; c++) f[c] += b[d + GU] * a[c];
  }
  const vec *first = pair_at(s, p, 0);
  vec *last = pair_at(s, p, k);
  last[d + GU] = gu + whole_at(s, 0)[G] * last[d + U] + whole_at(s, k)[G] * first[d + U];
  for (int c = 0; c < d; c++) {
    f[c] += first[d + GU] * last[c] + last[d + GU] * first[c];
    s->partial[p * d + c] = s->charge[p] * f[c];
  }
}

// g at order k, and the sums of g v over 0 < i < k into the positions of order k + 1.
CP_INLINE void series_whole(const cp_series *s, int k) {
  const int d = s->shape.dimensions, n = s->shape.atoms;
  vec inverse = {}, sum = {};
  for (int p = 0; p < s->shape.pairs; p++) inverse += pair_at(s, p, k)[d + W];
  for (int i = 1; i < k; i++) sum += whole_at(s, i)[INVERSE_G] * whole_at(s, k - i)[G];
  const vec g0 = whole_at(s, 0)[G];
  whole_at(s, k)[INVERSE_G] = inverse;
  whole_at(s, k)[G] = -g0 * (sum + inverse * g0);
  for (int j = 0; j < n - 1; j++) {
    vec x[3] = {};
    for (int i = 1; i <= k; i++) {
      const vec g = whole_at(s, i)[G];
      for (int c = 0; c < d; c++) x[c] += g * whole_at(s, k - i)[VELOCITY + j * d + c];
    }
    for (int c = 0; c < d; c++) pair_at(s, j, k + 1)[c] = x[c];
  }
}

// The order of the velocities that the forces of order k give: k + 1, or k of the even series.
CP_INLINE void series_velocity(const cp_series *s, int k, int even) {
  series_accelerate(s, whole_at(s, even ? k : k + 1) + VELOCITY, 1.0 / (even ? 2 * k + 1 : k + 1));
}

CP_INLINE void series_position(const cp_series *s, int k, int even) {
  const int d = s->shape.dimensions;
  const vec g0 = whole_at(s, 0)[G];
  const vec *v = whole_at(s, k) + VELOCITY;
  const double factor = 1.0 / (even ? 2 * k + 2 : k + 1);
  for (int j = 0; j < s->shape.atoms - 1; j++) {
    vec *x = pair_at(s, j, k + 1);
    for (int c = 0; c < d; c++) x[c] = (x[c] + g0 * v[j * d + c]) * factor;
  }
}

// Order k + 1 of the positions; `forces` where later orders follow, for which alone they matter.
CP_INLINE void series_order(const cp_series *s, int k, int even, int forces) {
  series_other_pairs(s, k);
  for (int p = 0; p < s->shape.pairs; p++) series_distance(s, p, k, forces);
  series_whole(s, k);
  if (forces) {
    for (int p = 0; p < s->shape.pairs; p++) series_force(s, p, k);
    series_velocity(s, k, even);
  }
  series_position(s, k, even);
}

// Coefficients 1 to n of the positions, after series_start_forces and series_velocity of order 0.
//
// `even`: from rest, in powers of s², v being s times its series.
CP_INLINE void series_expand(const cp_series *s, int n, int even) {
  const int d = s->shape.dimensions;
  for (int j = 0; j < s->shape.atoms - 1; j++) {
    for (int c = 0; c < d; c++) pair_at(s, j, 1)[c] = (vec){};
  }
  series_position(s, 0, even);
  for (int k = 1; k < n - 1; k++) series_order(s, k, even, 1);
  series_order(s, n - 1, even, even || s->directions > 0);
}

#endif
