// What the operations of a chain share: steps on the same rows, one after another, in one kernel
// that ChainBuilder.swift writes for each graph.
//
// Values are in a tile. On a GPU a work-group has a tile of ROWS rows in its local memory, row by
// row; a work-item has one of these rows, and of its columns those from COLUMN_ITEM on, in strides
// of COLUMN_ITEMS. On a processor a work-group is one work-item, a tile is sixteen rows, column by
// column, and a vector has all of them. Either way AT(p, c) is column c of the rows of the
// work-item, and neighboring columns are LANES apart.
//
// The arguments of an operation are its declared operands, in their order; what is absent is 0, and
// all sizes are constants. Between operations that read what others wrote, or write what others
// read, the chain has a barrier.

#define AT(p, c) ((p) + (c)*LANES)

#if LANES == 1
#define COLUMN_ITEM ((int)get_local_id(0) / ROWS)
#define COLUMN_ITEMS (GROUP / ROWS)
// Whether the work-item is the one for its row.
#define OWNS_ROW (get_local_id(0) < ROWS)
#else
#define COLUMN_ITEM 0
#define COLUMN_ITEMS 1
#define OWNS_ROW 1
#endif

// Where a work-item stands: its first row in the batch, of how many, and how far apart the rows of
// the tile are.
typedef struct {
  int row, rows, pitch;
} standing;

// Columns of rows in memory; beyond the last one, it repeats.
static inline void load(standing at, __global const float *from, int stride, TILE float *to,
                        int width) {
  for (int lane = 0; lane < LANES; lane++) {
    __global const float *row = from + (size_t)min(at.row + lane, at.rows - 1) * stride;
    for (int c = COLUMN_ITEM; c < width; c += COLUMN_ITEMS) AT(to, c)[lane] = row[c];
  }
}

static inline void store(standing at, __global float *to, int stride, TILE const float *from,
                         int width) {
  for (int lane = 0; lane < LANES && at.row + lane < at.rows; lane++) {
    __global float *row = to + (size_t)(at.row + lane) * stride;
    for (int c = COLUMN_ITEM; c < width; c += COLUMN_ITEMS) row[c] = AT(from, c)[lane];
  }
}
