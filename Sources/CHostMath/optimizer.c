#include "hm_optimizer.h"
#include "target.h"

// Sums use 16 independent lanes on every CPU, which are added in a fixed order, so that the result
// does not depend on the vector width.
enum { LANES = 16 };

HM_INLINE float sign(float x) { return (float)(x > 0.0f) - (float)(x < 0.0f); }

HM_INLINE float fold(const float lanes[LANES]) {
  float sum = 0.0f;
  for (int lane = 0; lane < LANES; ++lane) sum += lanes[lane];
  return sum;
}

HM_CLONES static float regularized_squares(long count, const float *w, const float *g, float l1,
                                           float l2) {
  float lanes[LANES] = {0.0f};
  long i = 0;
  for (; i + LANES <= count; i += LANES) {
    for (int lane = 0; lane < LANES; ++lane) {
      const float d = g[i + lane] + l1 * sign(w[i + lane]) + 2.0f * l2 * w[i + lane];
      lanes[lane] += d * d;
    }
  }
  for (int lane = 0; i < count; ++i, ++lane) {
    const float d = g[i] + l1 * sign(w[i]) + 2.0f * l2 * w[i];
    lanes[lane] += d * d;
  }
  return fold(lanes);
}

HM_CLONES static hm_parameter_sums weight_sums(long count, const float *w) {
  float absolutes[LANES] = {0.0f}, squares[LANES] = {0.0f};
  long i = 0;
  for (; i + LANES <= count; i += LANES) {
    for (int lane = 0; lane < LANES; ++lane) {
      absolutes[lane] += __builtin_fabsf(w[i + lane]);
      squares[lane] += w[i + lane] * w[i + lane];
    }
  }
  for (int lane = 0; i < count; ++i, ++lane) {
    absolutes[lane] += __builtin_fabsf(w[i]);
    squares[lane] += w[i] * w[i];
  }
  return (hm_parameter_sums){.absolute_weights = fold(absolutes), .squared_weights = fold(squares)};
}

hm_parameter_sums hm_regularized_sums(long count, long regularized, const float *w, const float *g,
                                      float l1, float l2) {
  hm_parameter_sums sums = weight_sums(regularized, w);
  sums.squares = regularized_squares(regularized, w, g, l1, l2) +
                 regularized_squares(count - regularized, w + regularized, g + regularized, 0, 0);
  return sums;
}

HM_CLONES static void adam(long count, float *w, const float *g, float *m, float *v,
                           hm_adam_step step) {
  const float over1 = 1.0f / step.correction1, over2 = 1.0f / step.correction2;
  HM_VECTORIZE
  for (long i = 0; i < count; ++i) {
    const float d = step.scale * (g[i] + step.l1 * sign(w[i]) + 2.0f * step.l2 * w[i]);
    m[i] = step.beta1 * m[i] + (1.0f - step.beta1) * d;
    v[i] = step.beta2 * v[i] + (1.0f - step.beta2) * d * d;
    const float root = HM_SQRT(v[i] * over2);
    w[i] -= step.rate * (m[i] * over1 / (root + step.epsilon) + step.decay * w[i]);
  }
}

void hm_adam(long count, long regularized, float *w, const float *g, float *m, float *v,
             hm_adam_step step) {
  adam(regularized, w, g, m, v, step);
  step.l1 = step.l2 = step.decay = 0.0f;
  const long rest = regularized;
  adam(count - rest, w + rest, g + rest, m + rest, v + rest, step);
}

HM_CLONES void hm_add(long count, const float *x, float *sum) {
  HM_VECTORIZE
  for (long i = 0; i < count; ++i) sum[i] += x[i];
}
