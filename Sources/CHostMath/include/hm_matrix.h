#ifndef HM_MATRIX_H
#define HM_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

/// A factor of a product: a row-major matrix whose rows begin `stride` elements apart.
///
/// `stride` may exceed the width, so that an operand can be a range of columns of a wider matrix.
/// If `transposed`, the factor is the transpose of the stored matrix.
typedef struct {
  const float *elements;
  long stride;
  bool transposed;
} hm_operand;

/// The size of the workspace of `hm_narrowed_product` in floats; a constant for all sizes.
size_t hm_matrix_workspace(void);

/// The name of the instruction set that products use on this CPU.
const char *hm_instruction_set(void);

/// The number format of the factors; `ProductPrecision` defines the formats.
typedef enum { HM_FP32, HM_BF16, HM_TF32 } hm_precision;

/// c = a · b, or c += a · b, where a is `rows` × `depth` and b is `depth` × `columns`, both rounded
/// to `precision`.
///
/// Uses one thread and allocates nothing. `workspace` is aligned to 64 bytes and used by one call
/// at a time. Without `accumulate` c is written but not read; with depth 0 it becomes 0.
///
/// c_ij = ((c_ij + Σ_1) + Σ_2) + …, where Σ_n is the sum over the n-th block of the depth, in
/// order, with one fused multiply-add per term (product and sum on CPUs without it). The blocks
/// depend only on `depth`. The bits of an element therefore depend on its row of a, its column of
/// b, the depth and the CPU, but not on `rows`, `columns`, strides, transposition or its position:
/// dividing a product by rows or columns, among any number of threads, changes no bit. Dividing it
/// by depth does.
void hm_narrowed_product(hm_precision precision, long rows, long columns, long depth, hm_operand a,
                         hm_operand b, bool accumulate, float *c, long c_stride, float *workspace);

/// The hardware that multiplies bf16 faster than fp32.
typedef enum {
  /// None: numbers are rounded and multiplied in fp32.
  HM_UNITS_NONE,
  /// The hardware has passed its trial and is used.
  HM_UNITS_USED,
  /// The hardware has failed its trial and is not used.
  HM_UNITS_WRONG
} hm_units_state;

typedef struct {
  hm_units_state state;
  const char *name;
} hm_bf16_units;

/// AVX512-BF16 or AMX, if this CPU has them. The first call runs the trial.
hm_bf16_units hm_units_of_bf16(void);

/// Whether the code for both, with emulated instructions, passes the same trial.
bool hm_emulated_pairs_keep_precision(void);

typedef void (*hm_product_function)(long rows, long columns, long depth, hm_operand a, hm_operand b,
                                    bool accumulate, float *c, long c_stride, float *workspace);

/// The trial: whether products by `product` agree with those of numbers rounded to `precision`.
///
/// A difference of one fp32 rounding per term is allowed, so that any order of sums passes.
/// Subnormal numbers are not tried, because some hardware treats them as 0.
bool hm_keeps_precision(hm_precision precision, hm_product_function product);

/// Rounds each of `count` numbers to `precision`.
void hm_round(hm_precision precision, long count, float *x);

/// Loads oneDNN and sets the number of threads of products called by this thread; false if it is
/// not installed.
bool hm_onednn_use(int threads);

/// The same product by oneDNN's `dnnl_sgemm`, all sizes positive, after `hm_onednn_use` succeeded.
///
/// A reference for speed. Its bits may depend on every argument and on the version of oneDNN.
void hm_matrix_product_onednn(long rows, long columns, long depth, hm_operand a, hm_operand b,
                              bool accumulate, float *c, long c_stride);

#endif
