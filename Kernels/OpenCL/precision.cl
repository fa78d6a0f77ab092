// What a matrix product multiplies: ProductPrecision.swift has the same order and the same
// rounding.
enum { PRECISION_FP32, PRECISION_BF16, PRECISION_TF32, PRECISION_3XTF32 };

// Whether numbers are rounded before they are multiplied.
static inline bool is_narrowing(int precision) {
  return precision == PRECISION_BF16 || precision == PRECISION_TF32;
}

// The nearest number that the format has.
static inline float narrowed(int precision, float x) {
  if (!is_narrowing(precision) || isnan(x)) return x;
  const uint bits = as_uint(x);
  return precision == PRECISION_BF16 ? as_float((bits + 0x7FFFu + (bits >> 16 & 1u)) & 0xFFFF0000u)
                                     : as_float((bits + 0x1000u) & 0xFFFFE000u);
}
