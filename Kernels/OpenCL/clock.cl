// Where a run stands, and its tick.

static inline void advance(__global uint *clock) {
  clock[CLOCK_STEP]++;
  uint batch = clock[CLOCK_BATCH] + 1;
  const uint rows = clock[CLOCK_BATCH_ROWS], count = clock[CLOCK_ROW_COUNT];
  if (batch * rows >= count) {
    batch = 0;
    clock[CLOCK_EPOCH]++;
  }
  clock[CLOCK_BATCH] = batch;
  const uint start = batch * rows;
  clock[CLOCK_VALID_ROWS] = start < count ? min(rows, count - start) : 0u;
}

// A single work-item.
__kernel void tick(__global uint *clock) {
  if (get_global_id(0) == 0) advance(clock);
}
