// out[r] = table[σ(batch·batchRows + r)] with σ the epoch's shuffle, or the identity. Rows beyond
// the last one repeat it; their weight in every loss is zero.

// The row of the table that row r of the batch is.
static inline uint gathered_row(__global const uint *clock, int table_rows, int shuffles,
                                int stream, int r) {
  const uint count = min(clock[CLOCK_ROW_COUNT], (uint)table_rows);
  const uint row = min(clock[CLOCK_BATCH] * clock[CLOCK_BATCH_ROWS] + (uint)r, count - 1);
  if (!shuffles) return row;
  const uint2 key = (uint2)(clock[CLOCK_SEED_LOW], clock[CLOCK_SEED_HIGH]);
  const permutation p = make_permutation(key, (uint)stream, clock[CLOCK_EPOCH], count);
  return permuted(&p, row);
}

static inline void gather(standing at, __global const float *table, int table_rows,
                          int table_columns, __global const uint *clock, int shuffles, int stream,
                          TILE float *first, int first_start, int first_width, TILE float *second,
                          int second_start, int second_width) {
  for (int lane = 0; lane < LANES; lane++) {
    const uint row = gathered_row(clock, table_rows, shuffles, stream, at.row + lane);
    __global const float *from = table + (size_t)row * table_columns;
    for (int c = COLUMN_ITEM; c < first_width; c += COLUMN_ITEMS)
      AT(first, c)[lane] = from[first_start + c];
    for (int c = COLUMN_ITEM; c < second_width; c += COLUMN_ITEMS)
      AT(second, c)[lane] = from[second_start + c];
  }
}
