// out = number
static inline void fill(standing at, TILE float *out, float number, int columns) {
  for (int c = COLUMN_ITEM; c < columns; c += COLUMN_ITEMS) STORE((REALS)(number), AT(out, c));
}
