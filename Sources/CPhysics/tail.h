#ifndef CP_TAIL_H
#define CP_TAIL_H

// The rest of the flight to infinity in closed form, once every pair recedes and the potential
// energy is a small part ε of the whole.
//
// First order: along straight lines a pair of charge product q receives
//   q ∫₀^∞ (r + vt)/|r + vt|³ dt = q (r̂ + v̂)/(|r| |v| (1 + r̂·v̂)).
// Second order: the first order's accelerations a displace the lines by a (x − ln(1 + x))/λ², with
// x = λt and λ = v/r, which is the same for all pairs but for terms of order ε; and
// ∫₀^∞ (x − ln(1 + x))/(1 + x)³ dx = 1/4 makes of it
//   q (a − 3 r̂ (r̂·a))/(4 r³ λ³).
// The error is of order ε³ and lets a flight end at ε = 1e-2 for 1e-6.

#include "series.h"

typedef struct {
  vec x[3], v[3], a[3];
  // 1/r, v²/r² and the rate of recession v·x/r².
  vec w, speed2, rate;
} cp_pair_motion;

CP_INLINE cp_pair_motion tail_motion(const cp_series *s, int p, int a, int b) {
  const int d = s->shape.dimensions;
  const vec *from = pair_at(s, p, 0);
  const vec *v = whole_at(s, 0) + VELOCITY, *ga = whole_at(s, 1) + VELOCITY;
  const vec inverse_g = whole_at(s, 0)[INVERSE_G];
  cp_pair_motion m = {.w = from[d + W]};
  vec v2 = {}, xv = {};
  for (int c = 0; c < d; c++) {
    const int to = (b - 1) * d + c, base = (a - 1) * d + c;
    m.x[c] = from[c];
    m.v[c] = a > 0 ? v[to] - v[base] : v[to];
    m.a[c] = (a > 0 ? ga[to] - ga[base] : ga[to]) * inverse_g;
    v2 += m.v[c] * m.v[c];
    xv += m.v[c] * m.x[c];
  }
  m.speed2 = v2 * from[d + WW];
  m.rate = xv * from[d + WW];
  return m;
}

#define CP_FOR_PAIRS(s, p, a, b) CP_FOR_ATOM_PAIRS((s)->shape.atoms, p, a, b)

// Lanes in which the closed form is good enough.
CP_INLINE mask tail_is_near(const cp_series *s, double tolerance) {
  const int d = s->shape.dimensions;
  vec slowest = vec_of(INFINITY), fastest = {}, first = {}, ratio = {}, bend = {};
  CP_FOR_PAIRS(s, p, a, b) {
    const cp_pair_motion m = tail_motion(s, p, a, b);
    vec a2 = {};
    for (int c = 0; c < d; c++) a2 += m.a[c] * m.a[c];
    slowest = vec_min(slowest, m.rate);
    fastest = vec_max(fastest, m.rate);
    // Tangent of the angle between x and v, squared.
    bend = vec_max(bend, m.speed2 / (m.rate * m.rate) - 1.0);
    // (Impulse)² and (second order / first order)², without the factor 1/4.
    first = vec_max(first, s->charge[p] * s->charge[p] * (m.w * m.w) * (m.w * m.w) / m.speed2);
    ratio = vec_max(ratio, a2 * (m.w * m.w) / (m.speed2 * m.speed2));
  }
  const vec small = 0.25 * vec_sqrt(ratio);
  const vec spread = (fastest - slowest) / slowest + vec_sqrt(bend);
  const vec error = vec_sqrt(first) * small * (small + 0.3 * spread);
  return (slowest > 0.0) & (error < tolerance);
}

// Adds the tail to the velocities.
CP_INLINE void tail_add(const cp_series *s) {
  const int d = s->shape.dimensions, n = s->shape.atoms;
  CP_FOR_PAIRS(s, p, a, b) {
    const cp_pair_motion m = tail_motion(s, p, a, b);
    const vec speed = vec_sqrt(m.speed2);
    // r̂·v̂; and r λ with λ = |v|/r.
    const vec cosine = m.rate / speed;
    const vec scale = s->charge[p] * m.w * m.w / (speed * (1.0 + cosine));
    const vec inverse_speed = m.w / speed;
    vec along = {};
    for (int c = 0; c < d; c++) along += m.x[c] * m.a[c];
    along *= 3.0 * m.w * m.w;
    const vec second = 0.25 * s->charge[p] * inverse_speed * inverse_speed * inverse_speed;
    for (int c = 0; c < d; c++) {
      s->partial[p * d + c] =
          scale * (m.x[c] * m.w + m.v[c] * inverse_speed) + second * (m.a[c] - along * m.x[c]);
    }
  }
  vec *change = whole_at(s, 1) + VELOCITY, *v = whole_at(s, 0) + VELOCITY;
  series_accelerate(s, change, 1.0);
  for (int i = 0; i < (n - 1) * d; i++) v[i] += change[i];
}

#endif
