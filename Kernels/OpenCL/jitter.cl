// y = x + σ·ε, with a standard deviation for each column.

#if LANES == 1
// One work-item for four columns of a row.
__kernel void jitter(__global const float *x, __global const float *deviations,
                     __global const uint *clock, const int stream, __global float *y,
                     const int columns, const int rows) {
  const int blocks = (columns + 3) / 4;
  const int r = get_global_id(0) / blocks, block = get_global_id(0) % blocks;
  if (r >= rows) return;
  const float4 noise = latent_noise(clock, stream, r, block);
  for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
    const int c = block * 4 + i;
    y[r * columns + c] = x[r * columns + c] + deviations[c] * component(noise, i);
  }
}
#else
static inline void LANED(chain_jitter)(CHAIN_ARGUMENTS) {
  const int columns = o[JITTER_COLUMNS];
  __global const float *deviations = WHOLE(JITTER_DEVIATIONS);
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4];
    LANED(row_noise)(WORDS_OF(JITTER_CLOCK), o[JITTER_STREAM], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int c = block * 4 + i, at = c * TILE_ROWS;
      STORE(LOAD(TILE_AT(JITTER_X) + at) + deviations[c] * noise[i], TILE_AT(JITTER_Y) + at);
    }
  }
}
#endif
