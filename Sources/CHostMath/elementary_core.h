#ifndef HM_ELEMENTARY_CORE_H
#define HM_ELEMENTARY_CORE_H

// Elementary functions of one number, without branches, so that loops over them vectorize. The
// polynomials are minimax fits with coefficients rounded to float; comments give their errors.

#include <math.h>
#include <stdint.h>

#include "float_bits.h"
#include "target.h"

// ln 2 in two parts. The product of the first part and an integer exponent is exact.
#define HM_LN2_HIGH 0x1.62e4p-1f
#define HM_LN2_LOW 1.42860677e-6f

// x = n ln 2 + r with |r| ≤ ½ ln 2, and p = eʳ − 1.
typedef struct {
  int32_t n;
  float p;
} hm_exp_parts;

// For |high| < 2²² ln 2; `low` is a small correction to `high`.
HM_INLINE hm_exp_parts hm_exp_split(float high, float low) {
  // Adding 1.5 · 2²³ rounds to a whole number and leaves it in the low bits.
  const float shifted = high * 1.44269504f + 0x1.8p23f;
  const float n = shifted - 0x1.8p23f;
  const float r = ((high - n * HM_LN2_HIGH) - n * HM_LN2_LOW) + low;
  // (eʳ − 1 − r)/r², 2⁻²⁹·⁸ of eʳ − 1.
  float q = 1.98241061e-4f;
  q = q * r + 1.39333028e-3f;
  q = q * r + 8.33341945e-3f;
  q = q * r + 4.16664816e-2f;
  q = q * r + 1.66666657e-1f;
  q = q * r + 0.5f;
  return (hm_exp_parts){(int32_t)(hm_bits(shifted) - hm_bits(0x1.8p23f)), r * r * q + r};
}

// 2ⁿ for −126 ≤ n ≤ 127.
HM_INLINE float hm_power_of_two(int32_t n) { return hm_float((uint32_t)(n + 127) << 23); }

// −bound ≤ x ≤ bound; a nan stays a nan.
HM_INLINE float hm_clamped(float x, float bound) {
  x = x < -bound ? -bound : x;
  return x > bound ? bound : x;
}

// x · 2ⁿ, in two halves because 2ⁿ alone leaves the range of a float before the result does.
HM_INLINE float hm_scaled(float x, int32_t n) {
  const int32_t half = n >> 1;
  return x * hm_power_of_two(half) * hm_power_of_two(n - half);
}

// The argument is clamped to the range beyond which the result is infinite or zero.
HM_INLINE float hm_exp1(float x) {
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.0f ? -104.0f : x;
  const hm_exp_parts parts = hm_exp_split(x, 0.0f);
  return hm_scaled(1.0f + parts.p, parts.n);
}

// eˣ − 1 for x ≤ 0, with a small relative error also near 0. Meaningless for x > 0.
HM_INLINE float hm_expm1_nonpositive(float x) {
  x = x < -25.0f ? -25.0f : x;
  const hm_exp_parts parts = hm_exp_split(x, 0.0f);
  const float scale = hm_power_of_two(parts.n);
  return scale * parts.p + (scale - 1.0f);
}

// ln(1 + f) − f for √½ ≤ 1 + f ≤ √2, to 2⁻²⁷ of ln(1 + f).
HM_INLINE float hm_log1p_rest(float f) {
  float g = -7.63371512e-2f;
  g = g * f + 1.27613828e-1f;
  g = g * f - 1.31603688e-1f;
  g = g * f + 1.42017961e-1f;
  g = g * f - 1.66233435e-1f;
  g = g * f + 2.00012252e-1f;
  g = g * f - 2.50008225e-1f;
  g = g * f + 3.33333313e-1f;
  g = g * f - 0.5f;
  return f * f * g;
}

HM_INLINE float hm_tanh1(float x) {
  const float t = hm_expm1_nonpositive(-2.0f * fabsf(x));
  return copysignf(t / (2.0f + t), x);
}

// 1/(1 + e⁻ˣ) at x and at −x. Computing one as 1 minus the other would cancel.
typedef struct {
  float here;
  float opposite;
} hm_logistic;

HM_INLINE hm_logistic hm_logistic1(float x) {
  const float e = hm_exp1(-fabsf(x));
  const float scale = 1.0f / (1.0f + e);
  return (hm_logistic){(x < 0.0f ? e : 1.0f) * scale, (x < 0.0f ? 1.0f : e) * scale};
}

HM_INLINE float hm_sigmoid1(float x) {
  const float e = hm_exp1(-fabsf(x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

// max(x, 0) + ln(1 + e^−|x|).
HM_INLINE float hm_softplus1(float x) {
  const float e = hm_exp1(-fabsf(x));
  const int halve = e > 0.41421356f;
  const float f = halve ? 0.5f * (e - 1.0f) : e;
  const float log1p = (f + hm_log1p_rest(f)) + (halve ? 0.693147181f : 0.0f);
  return (x > 0.0f ? x : 0.0f) + log1p;
}

// x is clamped to at least −110, where silu is zero, to avoid −∞ · 0.
HM_INLINE float hm_silu1(float x) {
  x = x < -110.0f ? -110.0f : x;
  return x * hm_sigmoid1(x);
}

// The normal distribution at x: Φ(x), and e^(−x²/2), the density without its constant factor.
typedef struct {
  float cdf;
  float bell;
} hm_normal;

// (Φ(x) − ½)/x in s = x² ≤ 1, to 2⁻²⁴·⁸.
HM_INLINE float hm_normal_center(float s) {
  float p = -7.65420828e-6f;
  p = p * s + 1.13486371e-4f;
  p = p * s - 1.18632999e-3f;
  p = p * s + 9.97332297e-3f;
  p = p * s - 6.64903596e-2f;
  return p * s + 3.98942292e-1f;
}

// Φ(−a) e^(a²/2) for 1 ≤ a ≤ 14, to 2⁻²⁸: p / (√2π a p + q), the form of its continued fraction.
// The term with the exact a dominates, so that rounding errors of p and q matter little.
HM_INLINE float hm_normal_tail(float a) {
  float p = 1.96528193e-2f;
  p = p * a + 1.46752715e-1f;
  p = p * a + 5.64183593e-1f;
  p = p * a + 1.17489684f;
  p = p * a + 1.14513779f;
  float q = 4.92533371e-2f;
  q = q * a + 3.68254781e-1f;
  q = q * a + 1.30810404f;
  q = q * a + 2.2899816f;
  return p / (2.50662827f * a * p + q);
}

// For |x| ≤ 15, beyond which the tails are 0 in float.
HM_INLINE hm_normal hm_normal1(float x) {
  const float a = fabsf(x);
  // a² in two parts, the first one exact, because eᵘ magnifies a relative error of u by |u|.
  const float high = hm_float(hm_bits(a) & 0xFFFFF000u);
  const hm_exp_parts bell = hm_exp_split(-0.5f * high * high, -0.5f * (a - high) * (a + high));
  const float quotient = hm_normal_tail(a);
  const float tail = hm_scaled(quotient * bell.p + quotient, bell.n);
  const float outer = x < 0.0f ? tail : 1.0f - tail;
  return (hm_normal){a < 1.0f ? x * hm_normal_center(x * x) + 0.5f : outer,
                     hm_scaled(1.0f + bell.p, bell.n)};
}

// x is clamped to at least −15, where Φ is zero, to avoid −∞ · 0; above 15 the result is x.
HM_INLINE float hm_gelu1(float x) {
  const float cdf = hm_normal1(hm_clamped(x, 15.0f)).cdf;
  return (x < -15.0f ? -15.0f : x) * cdf;
}

#endif
