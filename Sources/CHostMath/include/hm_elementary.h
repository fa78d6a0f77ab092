#ifndef HM_ELEMENTARY_H
#define HM_ELEMENTARY_H

#include <stdbool.h>

// Elementary functions of arrays of floats. The output may be the input if they have the same
// length. The bits of an element do not depend on its position, the length or the alignment. They
// may differ between CPUs with and without fused multiply-add.

/// Activations, with the same numbers as in the kernels.
enum hm_activation {
  HM_IDENTITY,
  HM_RELU,
  HM_LEAKY_RELU,  ///< Slope 0.01.
  HM_ELU,         ///< α = 1.
  HM_TANH,
  HM_SIGMOID,
  HM_SOFTPLUS,
  HM_SILU,
  HM_GELU,  ///< Exact: x Φ(x).
};

/// y = eˣ, within 1 ulp; overflows to infinity, underflows through the subnormals to 0.
void hm_exp(long count, const float *x, float *y);
/// y = tanh x, within 3 ulp, also near 0.
void hm_tanh(long count, const float *x, float *y);

/// y = f(y + bias), row by row and in place; rows of y are y_stride apart. Unless it is null, `pre`
/// (rows `columns` apart) receives y + bias: silu and gelu need it for their gradient.
///
/// f is within 4 ulp (gelu's left tail 4.5 without fused multiply-add), but silu below −87 and gelu
/// below −12.9, where σ and Φ are subnormal, only within 1e-43.
void hm_add_bias_activate(enum hm_activation activation, long rows, long columns, const float *bias,
                          float *y, long y_stride, float *pre);

/// dpre = dy · f′. `saved` is the output y, for silu and gelu the input of f. dpre may be dy.
void hm_activation_gradient(enum hm_activation activation, long count, const float *dy,
                            const float *saved, float *dpre);

/// sums[j] = Σᵢ x[i][j], added to what sums holds if `accumulate`; rows are added in order.
void hm_column_sums(long rows, long columns, const float *x, long stride, bool accumulate,
                    float *sums);

#endif
