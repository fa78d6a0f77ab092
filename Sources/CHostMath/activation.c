#include "elementary_core.h"
#include "hm_elementary.h"
#include "target.h"

// y = f(x). The activation is a constant in every call, so that inlined loops have no switch.
HM_INLINE float activated(enum hm_activation activation, float x) {
  switch (activation) {
    case HM_IDENTITY: return x;
    case HM_RELU: return x < 0.0f ? 0.0f : x;
    case HM_LEAKY_RELU: return x < 0.0f ? 0.01f * x : x;
    case HM_ELU: return x > 0.0f ? x : hm_expm1_nonpositive(x);
    case HM_TANH: return hm_tanh1(x);
    case HM_SIGMOID: return hm_sigmoid1(x);
    case HM_SOFTPLUS: return hm_softplus1(x);
    case HM_SILU: return hm_silu1(x);
    case HM_GELU: return hm_gelu1(x);
  }
}

// σ (1 + x (1 − σ)), with x clamped to avoid ∞ · 0, without a change of the value.
HM_INLINE float silu_slope(float x) {
  x = hm_clamped(x, 110.0f);
  const hm_logistic logistic = hm_logistic1(x);
  return logistic.here * (1.0f + x * logistic.opposite);
}

// Φ(x) + x φ(x).
HM_INLINE float gelu_slope(float x) {
  x = hm_clamped(x, 15.0f);
  const hm_normal normal = hm_normal1(x);
  return normal.cdf + x * (0.398942280f * normal.bell);
}

// f′ as a function of the output y; for silu and gelu as a function of the input.
HM_INLINE float slope(enum hm_activation activation, float saved) {
  switch (activation) {
    case HM_IDENTITY: return 1.0f;
    case HM_RELU: return saved > 0.0f ? 1.0f : 0.0f;
    case HM_LEAKY_RELU: return saved > 0.0f ? 1.0f : 0.01f;
    case HM_ELU: return saved > 0.0f ? 1.0f : saved + 1.0f;
    case HM_TANH: return 1.0f - saved * saved;
    case HM_SIGMOID: return saved * (1.0f - saved);
    case HM_SOFTPLUS: return -hm_expm1_nonpositive(-saved);
    case HM_SILU: return silu_slope(saved);
    case HM_GELU: return gelu_slope(saved);
  }
}

HM_INLINE void activate_rows(enum hm_activation activation, long rows, long columns,
                             const float *restrict bias, float *restrict y, long y_stride,
                             float *restrict pre) {
  for (long i = 0; i < rows; ++i) {
    float *restrict row = y + i * y_stride;
    if (pre) {
      float *restrict sum = pre + i * columns;
      HM_VECTORIZE
      for (long j = 0; j < columns; ++j) {
        sum[j] = row[j] + bias[j];
        row[j] = activated(activation, sum[j]);
      }
    } else {
      HM_VECTORIZE
      for (long j = 0; j < columns; ++j) row[j] = activated(activation, row[j] + bias[j]);
    }
  }
}

HM_INLINE void scale_by_slope(enum hm_activation activation, long count, const float *dy,
                              const float *saved, float *dpre) {
  HM_VECTORIZE_IN_PLACE
  for (long i = 0; i < count; ++i) dpre[i] = dy[i] * slope(activation, saved[i]);
}

// Calls `function` with the activation as a constant.
#define SPECIALISED(function, activation, ...)                       \
  switch (activation) {                                              \
    case HM_IDENTITY: return function(HM_IDENTITY, __VA_ARGS__);     \
    case HM_RELU: return function(HM_RELU, __VA_ARGS__);             \
    case HM_LEAKY_RELU: return function(HM_LEAKY_RELU, __VA_ARGS__); \
    case HM_ELU: return function(HM_ELU, __VA_ARGS__);               \
    case HM_TANH: return function(HM_TANH, __VA_ARGS__);             \
    case HM_SIGMOID: return function(HM_SIGMOID, __VA_ARGS__);       \
    case HM_SOFTPLUS: return function(HM_SOFTPLUS, __VA_ARGS__);     \
    case HM_SILU: return function(HM_SILU, __VA_ARGS__);             \
    case HM_GELU: return function(HM_GELU, __VA_ARGS__);             \
  }

HM_CLONES void hm_add_bias_activate(enum hm_activation activation, long rows, long columns,
                                    const float *bias, float *y, long y_stride, float *pre) {
  SPECIALISED(activate_rows, activation, rows, columns, bias, y, y_stride, pre);
}

HM_CLONES void hm_activation_gradient(enum hm_activation activation, long count, const float *dy,
                                      const float *saved, float *dpre) {
  SPECIALISED(scale_by_slope, activation, count, dy, saved, dpre);
}
