#ifndef HM_OPTIMIZER_H
#define HM_OPTIMIZER_H

// With g′ = g + l1·sign(w) + 2·l2·w for the first `regularized` of `count` parameters, and g′ = g
// for the rest.

typedef struct {
  float squares, absolute_weights, squared_weights;
} hm_parameter_sums;

/// Σ g′² over all parameters, Σ |w| and Σ w² over the regularized ones, each added in a fixed
/// order.
hm_parameter_sums hm_regularized_sums(long count, long regularized, const float *w, const float *g,
                                      float l1, float l2);

typedef struct {
  float rate, scale, correction1, correction2, beta1, beta2, epsilon, decay, l1, l2;
} hm_adam_step;

/// m = β₁m + (1 − β₁)d, v = β₂v + (1 − β₂)d², w −= rate·(m̂/(√v̂ + ε) + decay·w), d = scale·g′.
void hm_adam(long count, long regularized, float *w, const float *g, float *m, float *v,
             hm_adam_step step);

/// sum += x
void hm_add(long count, const float *x, float *sum);

#endif
