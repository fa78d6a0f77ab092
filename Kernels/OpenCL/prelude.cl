// Shared by every kernel file. OpenCL C 1.2.
//
// Rules: barriers only in uniform control flow; no early return before a barrier; global sizes are
// multiples of local sizes, so elementwise kernels mask the excess; no float atomics.

// The words of a clock: Clock.swift has the same order.
enum {
  CLOCK_SEED_LOW,
  CLOCK_SEED_HIGH,
  CLOCK_EPOCH,
  CLOCK_STEP,
  CLOCK_BATCH,
  CLOCK_VALID_ROWS,
  CLOCK_ROW_COUNT,
  CLOCK_BATCH_ROWS,
  CLOCK_FIRST_ROW,
  CLOCK_SKIPPED,
  CLOCK_FIRST_SKIPPED,
  CLOCK_STREAK
};

// The sum over a group of 2ⁿ items in a fixed order; every item gets it.
static inline float group_sum(__local float *partial, int item, int items, float x) {
  partial[item] = x;
  for (int distance = items / 2; distance > 0; distance /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < distance) partial[item] += partial[item + distance];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float sum = partial[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return sum;
}

// The sum over slots, in their order.
static inline float slot_sum(__global const float *slots, int slot_count, int slot_size, int i) {
  float sum = slots[i];
  for (int s = 1; s < slot_count; s++) sum += slots[(size_t)s * slot_size + i];
  return sum;
}
