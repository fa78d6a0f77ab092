// Row-local steps, forward and backward, for one tile of rows after the other: an interpreter of
// the table that Chain.swift writes. Here is what operations are; chain_lanes.cl has most of them.
//
// In a tile a value is column by column, TILE_ROWS rows of each; the tile of every slot is memory
// of its own. On a GPU a work-group of CHAIN_GROUP has a slot, a work-item four rows and every 64th
// column; on a processor one work-item has a slot, and a vector has the rows. What is summed over
// rows is summed per slot: the first tile sets, the others add.

#define TILE_ROWS 16
#define CHAIN_GROUP 256

// The codes of operations: ChainOperation.swift has the same order.
enum {
  CHAIN_IMPORT,
  CHAIN_EXPORT,
  CHAIN_GATHER,
  CHAIN_DENSE,
  CHAIN_DELTA,
  CHAIN_INPUT_GRADIENT,
  CHAIN_WEIGHT_GRADIENT,
  CHAIN_REPARAMETERIZE,
  CHAIN_REPARAMETERIZE_GRADIENT,
  CHAIN_ERROR,
  CHAIN_ENERGY,
  CHAIN_LIKELIHOOD,
  CHAIN_COUPLING,
  CHAIN_COUPLING_GRADIENT,
  CHAIN_JITTER,
  CHAIN_SCALE,
  CHAIN_ADD,
  CHAIN_FILL,
  CHAIN_PERMUTE,
  CHAIN_SUM_PARTS,
  CHAIN_MIXTURE_PARTS,
  CHAIN_MIXTURE_SURPRISE,
  CHAIN_MIXTURE_GRADIENT,
  CHAIN_MIXTURE_CHANCES,
  CHAIN_MIXTURE_MEANS,
  CHAIN_MIXTURE_MEAN_ERROR
};

typedef __global float *memory;

// Operands of an operation: reals of the tile, the same or null, the memory of a whole value.
#define TILE_AT(i) (tile + o[i] + CHAIN_ROW)
#define OPTIONAL(i) (tile + max(o[i], 0) + CHAIN_ROW)
#define WHOLE(i) (values[max(o[i], 0)] + o[(i) + 1])
#define REAL(i) as_float(o[i])

// A term is four words: the clock and the weights, its number, and its column in the tile.
#define TERM_WEIGHT(i) \
  LANED(row_weight)((__global const uint *)WHOLE(i), WHOLE((i) + 2), o[(i) + 4], base + CHAIN_ROW)

// The kernels' arguments; values are given by their number, 0 is the table itself.
#define CHAIN_PARAMETERS                                                                      \
  __global float *table, __global float *v1, __global float *v2, __global float *v3,          \
      __global float *v4, __global float *v5, __global float *v6, __global float *v7,         \
      __global float *v8, __global float *v9, __global float *v10, __global float *v11,       \
      __global float *v12, __global float *v13, __global float *v14, __global float *v15,     \
      __global float *tiles, __global float *slots, const int tile_size, const int slot_size, \
      const int tiles_per_slot, const int operations, const int rows

// Rows of a value in memory; beyond the last one, it repeats.
static inline void chain_import(__global const int *o, memory tile, const memory *values, int base,
                                int rows, int item, int items) {
  memory from = WHOLE(1);
  const int width = o[3];
  for (int e = item; e < width * TILE_ROWS; e += items) {
    const int r = e / width, c = e % width;
    tile[o[4] + c * TILE_ROWS + r] = from[min(base + r, rows - 1) * width + c];
  }
}

static inline void chain_export(__global const int *o, memory tile, const memory *values, int base,
                                int rows, int item, int items) {
  memory to = WHOLE(1);
  const int width = o[3];
  for (int e = item; e < width * TILE_ROWS; e += items) {
    const int r = e / width, c = e % width;
    if (base + r < rows) to[(base + r) * width + c] = tile[o[4] + c * TILE_ROWS + r];
  }
}

static inline void chain_gather(__global const int *o, memory tile, const memory *values, int base,
                                int item, int items) {
  for (int r = item; r < TILE_ROWS; r += items) {
    const uint row = gathered_row((__global const uint *)WHOLE(5), o[3], o[7], o[8], base + r);
    __global const float *source = WHOLE(1) + (size_t)row * o[4];
    for (int c = 0; c < o[11]; c++) tile[o[9] + c * TILE_ROWS + r] = source[o[10] + c];
    for (int c = 0; c < o[14]; c++) tile[o[12] + c * TILE_ROWS + r] = source[o[13] + c];
  }
}
// g = or += Σ slots, for the runs of 128 that have a mode: 1 sets, 2 adds.
__kernel void chain_sums(__global const float *slots, const int slot_count,
                         __global const uint *modes, __global float *g, const int count) {
  const int i = get_global_id(0);
  if (i >= count) return;
  const uint mode = modes[i / 128];
  if (mode != 0u) contribute(g + i, slot_sum(slots, slot_count, count, i), mode == 2u);
}
