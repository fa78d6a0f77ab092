// y = x + σ·ε, with a standard deviation for each column.
static inline void jitter(standing at, TILE const float *x, __global const float *deviations,
                          __global const uint *clock, int stream, TILE float *y, int columns) {
  for (int block = COLUMN_ITEM; block * 4 < columns; block += COLUMN_ITEMS) {
    REALS noise[4];
    row_noise(clock, stream, at.row, block, noise);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int c = block * 4 + i;
      if (c >= columns) break;
      STORE(LOAD(AT(x, c)) + deviations[c] * noise[i], AT(y, c));
    }
  }
}
