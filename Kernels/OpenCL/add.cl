// out = a + b

#if LANES == 1
__kernel void add(__global const float *a, __global const float *b, __global float *out,
                  const int columns, const int rows) {
  const int i = get_global_id(0);
  if (i < rows * columns) out[i] = a[i] + b[i];
}
#else
static inline void LANED(chain_add)(CHAIN_ARGUMENTS) {
  for (int c = COLUMN_START; c < o[ADD_COLUMNS]; c += COLUMN_STRIDE) {
    const int at = c * TILE_ROWS;
    STORE(LOAD(TILE_AT(ADD_A) + at) + LOAD(TILE_AT(ADD_B) + at), TILE_AT(ADD_OUT) + at);
  }
}
#endif
