// out = factor · x, or out += factor · x
static inline void scale(standing at, TILE const float *x, float factor, TILE float *out, int adds,
                         int columns) {
  for (int c = COLUMN_ITEM; c < columns; c += COLUMN_ITEMS)
    contribute(AT(out, c), factor * LOAD(AT(x, c)), adds);
}
