#include "elementary_core.h"
#include "hm_elementary.h"
#include "target.h"

#define MAP(name, function)                                   \
  HM_CLONES void name(long count, const float *x, float *y) { \
    HM_VECTORIZE_IN_PLACE                                     \
    for (long i = 0; i < count; ++i) y[i] = function(x[i]);   \
  }

MAP(hm_exp, hm_exp1)
MAP(hm_tanh, hm_tanh1)

// Adds four rows at a time, in order, so that the sums stay in registers longer.
HM_CLONES void hm_column_sums(long rows, long columns, const float *restrict x, long stride,
                              bool accumulate, float *restrict sums) {
  if (!accumulate) {
    for (long j = 0; j < columns; ++j) sums[j] = 0.0f;
  }
  long i = 0;
  for (; i + 4 <= rows; i += 4) {
    const float *a = x + i * stride;
    const float *b = a + stride, *c = b + stride, *d = c + stride;
    HM_VECTORIZE
    for (long j = 0; j < columns; ++j) sums[j] = (((sums[j] + a[j]) + b[j]) + c[j]) + d[j];
  }
  for (; i < rows; ++i) {
    const float *a = x + i * stride;
    HM_VECTORIZE
    for (long j = 0; j < columns; ++j) sums[j] += a[j];
  }
}
