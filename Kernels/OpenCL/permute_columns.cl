// out[·][order[j]] = x[·][j], or out[·][j] = x[·][order[j]]
static inline void permute_columns(standing at, TILE const float *x, __global const uint *order,
                                   int gathers, TILE float *out, int adds, int columns) {
  for (int c = COLUMN_ITEM; c < columns; c += COLUMN_ITEMS) {
    const int there = (int)order[c];
    contribute(AT(out, gathers ? c : there), LOAD(AT(x, gathers ? there : c)), adds);
  }
}
