// What a chain does by itself: rows from memory and back, one operation after another. The other
// operations are beside the kernels of the same primitives; see chain.cl.

#if LANES == 1
// g = or += Σ slots, for the runs of 128 that have a mode: 1 sets, 2 adds.
__kernel void chain_sums(__global const float *slots, const int slot_count,
                         __global const uint *modes, __global float *g, const int count) {
  const int i = get_global_id(0);
  if (i >= count) return;
  const uint mode = modes[i / 128];
  if (mode != 0u) contribute(g + i, slot_sum(slots, slot_count, count, i), mode == 2u);
}
#else
// Rows of a value in memory; beyond the last one, it repeats.
static inline void LANED(chain_import)(CHAIN_ARGUMENTS) {
  memory from = WHOLE(TRANSFER_MEMORY), to = tile + o[TRANSFER_ROWS];
  const int width = o[TRANSFER_WIDTH];
  for (int e = get_local_id(0); e < width * TILE_ROWS; e += get_local_size(0)) {
    const int r = e / width, c = e % width;
    to[c * TILE_ROWS + r] = from[min(base + r, rows - 1) * width + c];
  }
}

static inline void LANED(chain_export)(CHAIN_ARGUMENTS) {
  memory to = WHOLE(TRANSFER_MEMORY), from = tile + o[TRANSFER_ROWS];
  const int width = o[TRANSFER_WIDTH];
  for (int e = get_local_id(0); e < width * TILE_ROWS; e += get_local_size(0)) {
    const int r = e / width, c = e % width;
    if (base + r < rows) to[(base + r) * width + c] = from[c * TILE_ROWS + r];
  }
}

static inline void LANED(chain_operation)(CHAIN_ARGUMENTS) {
#define CASE(number, name)                                            \
  case number:                                                        \
    LANED(chain_##name)(o, tile, sums, values, base, rows, is_first); \
    break;
  switch (o[0]) { CHAIN_OPERATIONS(CASE) }
#undef CASE
}

// starts[i] is where operation i starts in the table.
#if LANES == 4
__kernel __attribute__((reqd_work_group_size(CHAIN_GROUP, 1, 1))) void chain(CHAIN_PARAMETERS) {
#else
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void chain_lanes(CHAIN_PARAMETERS) {
#endif
  const memory values[16] = {table, v1, v2,  v3,  v4,  v5,  v6,  v7,
                             v8,    v9, v10, v11, v12, v13, v14, v15};
  const int slot = get_group_id(0);
  __global const int *words = (__global const int *)table;
  const int first = slot * tiles_per_slot;
  const int end = min(first + tiles_per_slot, (rows + TILE_ROWS - 1) / TILE_ROWS);
  for (int t = first; t < end; t++) {
    for (int i = 0; i < operations; i++) {
      LANED(chain_operation)
      (words + words[i], tiles + (size_t)slot * tile_size, slots + (size_t)slot * slot_size, values,
       t * TILE_ROWS, rows, t == first);
      barrier(CLK_GLOBAL_MEM_FENCE);
    }
  }
}
#endif
