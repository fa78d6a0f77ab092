// out = factor · x, or out += factor · x

#if LANES == 1
__kernel void scale(__global const float *x, const float factor, __global float *out,
                    const int accumulate, const int columns, const int rows) {
  const int i = get_global_id(0);
  if (i < rows * columns) contribute(out + i, factor * x[i], accumulate);
}
#else
static inline void LANED(chain_scale)(CHAIN_ARGUMENTS) {
  for (int c = COLUMN_START; c < o[SCALE_COLUMNS]; c += COLUMN_STRIDE) LANED(contribute)
  (TILE_AT(SCALE_OUT) + c * TILE_ROWS, REAL(SCALE_FACTOR) * LOAD(TILE_AT(SCALE_X) + c * TILE_ROWS),
   ADDS(SCALE_OUT));
}
#endif
