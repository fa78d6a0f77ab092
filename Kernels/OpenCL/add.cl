// out = a + b
static inline void add(standing at, TILE const float *a, TILE const float *b, TILE float *out,
                       int columns) {
  for (int c = COLUMN_ITEM; c < columns; c += COLUMN_ITEMS)
    STORE(LOAD(AT(a, c)) + LOAD(AT(b, c)), AT(out, c));
}
