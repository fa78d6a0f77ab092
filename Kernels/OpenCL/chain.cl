// What the operations of a chain share: steps on the same rows, one after another, in one kernel
// that ChainBuilder.swift writes for each graph.
//
// Values are in a tile. On a GPU a work-group has a tile of ROWS rows in its local memory, row by
// row; a work-item has one of these rows, and of its columns those from COLUMN_ITEM on, in strides
// of COLUMN_ITEMS. On a processor a work-group is one work-item, a tile is sixteen rows, column by
// column, and a vector has all of them. Either way AT(p, c) is column c of the rows of the
// work-item, and neighboring columns are LANES apart.
//
// The arguments of an operation are its declared operands, in their order; what may be absent is
// followed by whether it is there, and all sizes are constants. Between operations that read what
// others wrote, or write what others read, the chain has a barrier.

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

// Where a work-item stands: the first row of its tile in the batch and its own, of how many, and
// how far apart the rows of the tile are.
typedef struct {
  int first, row, rows, pitch;
} standing;

// Row r of the tile, column c, for those who take elements whosever they are.
#if LANES == 1
#define FIRST_ROW(p) ((p) - (int)get_local_id(0) % ROWS * at.pitch)
#define ELEMENT(p, r, c) FIRST_ROW(p)[(r)*at.pitch + (c)]
#else
#define ELEMENT(p, r, c) (p)[(c)*LANES + (r)]
#endif

// Columns of rows in memory; beyond the last one, it repeats.
static inline void load(standing at, __global const float *from, int stride, TILE float *to,
                        int width) {
  for (int e = get_local_id(0); e < width * ROWS; e += GROUP) {
    const int r = e / width, c = e % width;
    ELEMENT(to, r, c) = from[(size_t)min(at.first + r, at.rows - 1) * stride + c];
  }
}

#if LANES == 16
// Number of a vector and lane are eight bits, which are turned by one: four times, and a square of
// sixteen vectors is transposed. Element by element, because oclgrind does not survive .even.
static inline void turn(float16 *to, const float16 *from) {
  for (int k = 0; k < 8; k++) {
    const float16 a = from[2 * k], b = from[2 * k + 1];
    to[k] = (float16)(a.s0, a.s2, a.s4, a.s6, a.s8, a.sa, a.sc, a.se, b.s0, b.s2, b.s4, b.s6, b.s8,
                      b.sa, b.sc, b.se);
    to[k + 8] = (float16)(a.s1, a.s3, a.s5, a.s7, a.s9, a.sb, a.sd, a.sf, b.s1, b.s3, b.s5, b.s7,
                          b.s9, b.sb, b.sd, b.sf);
  }
}

// Sixteen columns of sixteen rows at a time; what lies beyond the last column is room.
static inline void store_vectors(__global float *to, int stride, TILE const float *from,
                                 int width) {
  for (int c = 0; c < width; c += 16) {
    float16 a[16], b[16];
    for (int j = 0; j < 16; j++) a[j] = LOAD(AT(from, c + j));
    turn(b, a);
    turn(a, b);
    turn(b, a);
    turn(a, b);
    for (int r = 0; r < 16; r++) vstore16(a[r], 0, to + (size_t)r * stride + c);
  }
}
#endif

static inline void store(standing at, __global float *to, int stride, TILE const float *from,
                         int width) {
#if LANES == 16
  if (stride % 16 == 0 && at.first + ROWS <= at.rows) {
    store_vectors(to + (size_t)at.first * stride, stride, from, width);
    return;
  }
#endif
  for (int e = get_local_id(0); e < width * ROWS; e += GROUP) {
    const int r = e / width, c = e % width;
    if (at.first + r < at.rows) to[(size_t)(at.first + r) * stride + c] = ELEMENT(from, r, c);
  }
}
