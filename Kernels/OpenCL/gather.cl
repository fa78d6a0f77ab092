// out[r] = table[σ(batch·batchRows + r)] with σ the epoch's shuffle, or the identity. Rows beyond
// the last one repeat it; their weight in every loss is zero.

#if LANES == 1
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

__kernel void gather(__global const float *table, const int table_rows, const int table_columns,
                     __global const uint *clock, const int shuffles, const int stream,
                     __global float *out1, const int first1, const int width1, __global float *out2,
                     const int first2, const int width2, const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const uint row = gathered_row(clock, table_rows, shuffles, stream, r);
  __global const float *source = table + (size_t)row * table_columns;
  for (int c = 0; c < width1; c++) out1[r * width1 + c] = source[first1 + c];
  for (int c = 0; c < width2; c++) out2[r * width2 + c] = source[first2 + c];
}
#else
static inline void LANED(chain_gather)(CHAIN_ARGUMENTS) {
  for (int r = get_local_id(0); r < TILE_ROWS; r += get_local_size(0)) {
    const uint row = gathered_row(WORDS_OF(GATHER_CLOCK), o[GATHER_TABLE_ROWS], o[GATHER_SHUFFLES],
                                  o[GATHER_STREAM], base + r);
    __global const float *from = WHOLE(GATHER_TABLE) + (size_t)row * o[GATHER_TABLE_COLUMNS];
    for (int c = 0; c < o[GATHER_FIRST_WIDTH]; c++)
      tile[o[GATHER_FIRST] + c * TILE_ROWS + r] = from[o[GATHER_FIRST_START] + c];
    for (int c = 0; c < o[GATHER_SECOND_WIDTH]; c++)
      tile[o[GATHER_SECOND] + c * TILE_ROWS + r] = from[o[GATHER_SECOND_START] + c];
  }
}
#endif
