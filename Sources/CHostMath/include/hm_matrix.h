#ifndef HM_MATRIX_H
#define HM_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

/// One factor of a product: a row-major matrix whose rows start `stride` elements apart.
///
/// `stride` may exceed the width, so that an operand can be a range of columns of a wider matrix.
/// `transposed` says that the stored matrix is the transpose of the one multiplied.
typedef struct {
  const float *elements;
  long stride;
  bool transposed;
} hm_operand;

/// How many floats of scratch `hm_matrix_product` needs; a constant, whatever the sizes.
size_t hm_matrix_workspace(void);

/// c = a · b, or c += a · b, where a is `rows` × `depth` and b is `depth` × `columns`.
///
/// One thread; nothing is allocated. `workspace` is aligned to 64 bytes and used by one call at a
/// time. Without `accumulate` c is only written, never read; with depth 0 it becomes 0.
///
/// c_ij = ((c_ij + Σ_1) + Σ_2) + …, where Σ_n runs over the n-th block of the depth, in order, one
/// fused multiply-add (product and sum on processors without it) a term. The blocks depend on
/// `depth` alone, so the bits of an element depend on its row of a, its column of b, the depth and
/// the processor, and not on `rows`, `columns`, strides, transposition or the element's place: a
/// product may be cut into pieces by rows or columns, over any number of threads, without changing
/// a bit. Cutting it by depth does change them.
void hm_matrix_product(long rows, long columns, long depth, hm_operand a, hm_operand b,
                       bool accumulate, float *c, long c_stride, float *workspace);

/// What a product multiplies: `ProductPrecision` says what the formats are.
typedef enum { HM_FP32, HM_BF16, HM_TF32 } hm_precision;

/// The same product of a and b rounded to `precision`; the sums are as above.
///
/// With HM_FP32 it is the same to the bit.
void hm_narrowed_product(hm_precision precision, long rows, long columns, long depth, hm_operand a,
                         hm_operand b, bool accumulate, float *c, long c_stride, float *workspace);

/// What multiplies numbers of bf16 faster than those of fp32.
typedef enum {
  /// Nothing does here: numbers are rounded, and multiplied as fp32.
  HM_UNITS_NONE,
  /// It has been tried, and keeps the precision.
  HM_UNITS_USED,
  /// It has been tried, and does not: as if there were nothing.
  HM_UNITS_WRONG
} hm_units_state;

typedef struct {
  hm_units_state state;
  const char *name;
} hm_bf16_units;

/// AVX512-BF16 or AMX, where this CPU has them; the first call tries them.
hm_bf16_units hm_units_of_bf16(void);

/// Whether the code around the instructions of both, with these emulated, keeps the precision.
bool hm_emulated_pairs_keep_precision(void);

typedef void (*hm_product_function)(long rows, long columns, long depth, hm_operand a, hm_operand b,
                                    bool accumulate, float *c, long c_stride, float *workspace);

/// Whether some products by `product` are those of numbers rounded to `precision`.
///
/// Each may differ from what it should be by one rounding of fp32 for every term, so that any order
/// of sums passes. Numbers too small for a normal fp32 are not tried: some units take them for 0.
bool hm_keeps_precision(hm_precision precision, hm_product_function product);

/// Rounds each of `count` numbers to `precision`.
void hm_round(hm_precision precision, long count, float *x);

/// Loads oneDNN and sets how many threads its products use that this thread calls; false where it
/// is not installed.
bool hm_onednn_use(int threads);

/// The same product by oneDNN's `dnnl_sgemm`, all sizes positive, after `hm_onednn_use` succeeded.
///
/// It is the yardstick. Its bits may depend on every argument and on oneDNN's version.
void hm_matrix_product_onednn(long rows, long columns, long depth, hm_operand a, hm_operand b,
                              bool accumulate, float *c, long c_stride);

#endif
