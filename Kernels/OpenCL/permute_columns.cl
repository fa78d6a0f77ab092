// out[·][order[j]] = x[·][j], or out[·][j] = x[·][order[j]]

#if LANES == 1
__kernel void permute_columns(__global const float *x, __global const uint *order,
                              const int gathers, __global float *out, const int accumulate,
                              const int columns, const int rows) {
  const int i = get_global_id(0);
  if (i >= rows * columns) return;
  const int start = i / columns * columns, j = i % columns;
  const int there = start + (int)order[j];
  contribute(out + (gathers ? i : there), x[gathers ? there : i], accumulate);
}
#else
static inline void LANED(chain_permute_columns)(CHAIN_ARGUMENTS) {
  __global const uint *order = WORDS_OF(PERMUTE_COLUMNS_ORDER);
  for (int c = COLUMN_START; c < o[PERMUTE_COLUMNS_COLUMNS]; c += COLUMN_STRIDE) {
    const int there = (int)order[c];
    LANED(contribute)
    (TILE_AT(PERMUTE_COLUMNS_OUT) + (o[PERMUTE_COLUMNS_GATHERS] ? c : there) * TILE_ROWS,
     LOAD(TILE_AT(PERMUTE_COLUMNS_X) + (o[PERMUTE_COLUMNS_GATHERS] ? there : c) * TILE_ROWS),
     ADDS(PERMUTE_COLUMNS_OUT));
  }
}
#endif
