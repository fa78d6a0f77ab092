// out = number

#if LANES == 1
__kernel void fill(__global float *out, const float number, const int columns, const int rows) {
  const int i = get_global_id(0);
  if (i < rows * columns) out[i] = number;
}
#else
static inline void LANED(chain_fill)(CHAIN_ARGUMENTS) {
  for (int c = COLUMN_START; c < o[FILL_COLUMNS]; c += COLUMN_STRIDE)
    STORE((REALS)(REAL(FILL_NUMBER)), TILE_AT(FILL_OUT) + c * TILE_ROWS);
}
#endif
