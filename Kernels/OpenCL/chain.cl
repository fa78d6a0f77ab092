// Row-local steps, forward and backward, for one tile of rows after the other: an interpreter of
// the table that ChainTable.swift writes. An operation NAME is the function chain_NAME, beside the
// kernels of its primitive.
//
// The numbers of operations (CHAIN_DENSE), where their operands are (DENSE_X1), and the list of all
// operations come from what primitives declare: see ChainOperation+Kernels.swift.
//
// In a tile a value is column by column, TILE_ROWS rows of each; the tile of every slot is memory
// of its own. On a GPU a work-group of CHAIN_GROUP has a slot, a work-item four rows and every 64th
// column; on a CPU one work-item has a slot, and a vector has the rows. What is summed over
// rows is summed per slot: the first tile sets, the others add.

#if LANES == 1
#define TILE_ROWS 16
#define CHAIN_GROUP 256

typedef __global float *memory;

// What the function of an operation is given.
#define CHAIN_ARGUMENTS                                                                  \
  __global const int *o, memory tile, memory sums, const memory *values, const int base, \
      const int rows, const int is_first

// Operands of an operation: whether it is given, reals of the tile, the same or any, whether to add
// to them, the memory of a value, a number.
#define HAS(i) (o[i] >= 0)
#define TILE_AT(i) (tile + o[i] + CHAIN_ROW)
#define OPTIONAL(i) (tile + max(o[i], 0) + CHAIN_ROW)
#define ADDS(i) o[(i) + 1]
#define WHOLE(i) (values[max(o[i], 0)] + o[(i) + 1])
#define WORDS_OF(i) ((__global const uint *)WHOLE(i))
#define REAL(i) as_float(o[i])

// A term is six words: its clock, its weights, its number, and its column in the tile.
#define TERM_WEIGHT(i) LANED(row_weight)(WORDS_OF(i), WHOLE((i) + 2), o[(i) + 4], base + CHAIN_ROW)
#define TERM_AT(i) TILE_AT((i) + 5)

// The kernels' arguments; values are given by their number, 0 is the table itself.
#define CHAIN_PARAMETERS                                                                      \
  __global float *table, __global float *v1, __global float *v2, __global float *v3,          \
      __global float *v4, __global float *v5, __global float *v6, __global float *v7,         \
      __global float *v8, __global float *v9, __global float *v10, __global float *v11,       \
      __global float *v12, __global float *v13, __global float *v14, __global float *v15,     \
      __global float *tiles, __global float *slots, const int tile_size, const int slot_size, \
      const int tiles_per_slot, const int operations, const int rows
#else
#undef COLUMN_START
#undef COLUMN_STRIDE
#undef CHAIN_ROW
#undef ROW_OWNER
#undef BLOCK
#undef EACH

#if LANES == 4
#define ROW_GROUPS (TILE_ROWS / LANES)
// Where a work-item starts among columns, or blocks of columns, and how far it goes.
#define COLUMN_START ((int)get_local_id(0) / ROW_GROUPS)
#define COLUMN_STRIDE (CHAIN_GROUP / ROW_GROUPS)
// The first of its rows.
#define CHAIN_ROW ((int)get_local_id(0) % ROW_GROUPS * LANES)
// Whether the work-item is the one for its rows.
#define ROW_OWNER (get_local_id(0) < ROW_GROUPS)
#define BLOCK 1
#else
#define COLUMN_START 0
#define COLUMN_STRIDE 1
#define CHAIN_ROW 0
#define ROW_OWNER 1
#define BLOCK 4
#endif

// Four columns at a time, or one: written out, because a compiler that leaves a loop over them
// keeps their sums in memory.
#if LANES == 4
#define EACH(f) f(0)
#else
#define EACH(f) f(0) f(1) f(2) f(3)
#endif
#endif
