// A tile of a matrix product by a work-group, of which every work-item keeps some sums in
// registers.
//
// ProductTile.swift has the same constants, writes others for programs of their own, and says what
// they must satisfy.

#ifndef PRODUCT_ROWS
#define PRODUCT_ROWS 32
#define PRODUCT_COLUMNS 32
#define PRODUCT_STEP 16
#define SUM_ROWS 4
#define SUM_COLUMNS 4
#define VECTOR 1
#endif

#define GROUP_ROWS (PRODUCT_ROWS / SUM_ROWS)
#define GROUP_COLUMNS (PRODUCT_COLUMNS / SUM_COLUMNS)
#define PRODUCT_GROUP (GROUP_ROWS * GROUP_COLUMNS)
// One column more than needed, so that a column of the tile is spread over the memory banks.
#define LEFT_PITCH (PRODUCT_ROWS + 1)
#define RIGHT_PITCH (PRODUCT_COLUMNS + 1)
#define LEFT_SIZE (PRODUCT_STEP * LEFT_PITCH)
#define RIGHT_SIZE (PRODUCT_STEP * RIGHT_PITCH)
// Runs of VECTOR reals: of the depth, and of a tile's rows or columns.
#define STEP_RUNS (PRODUCT_STEP / VECTOR)
#define LEFT_RUNS (PRODUCT_ROWS / VECTOR)
#define RIGHT_RUNS (PRODUCT_COLUMNS / VECTOR)

// Where a work-item's first sum is; its others are GROUP_ROWS and GROUP_COLUMNS further.
#define ITEM_ROW ((int)get_local_id(0) / GROUP_COLUMNS)
#define ITEM_COLUMN ((int)get_local_id(0) % GROUP_COLUMNS)

// The tile of a work-group, and the part of the depth that it sums over.
typedef struct {
  int row, column, start, end, part;
} place;

// Tiles row by row, all of one part before those of the next.
static inline place product_place(int group, int rows, int columns, int depth, int parts) {
  const int across = (columns + PRODUCT_COLUMNS - 1) / PRODUCT_COLUMNS;
  const int tiles = (rows + PRODUCT_ROWS - 1) / PRODUCT_ROWS * across;
  const int steps = (depth + PRODUCT_STEP - 1) / PRODUCT_STEP;
  const int length = (steps + parts - 1) / parts * PRODUCT_STEP;
  place p;
  p.part = group / tiles;
  p.row = group % tiles / across * PRODUCT_ROWS;
  p.column = group % tiles % across * PRODUCT_COLUMNS;
  p.start = p.part * length;
  p.end = min(depth, p.start + length);
  return p;
}

// The next VECTOR reals, of which `count` are there.
static inline void load_run(__global const float *from, int count, float *run) {
#if VECTOR == 4
  if (count >= 4) {
    vstore4(vload4(0, from), 0, run);
    return;
  }
#elif VECTOR == 2
  if (count >= 2) {
    vstore2(vload2(0, from), 0, run);
    return;
  }
#endif
#pragma unroll
  for (int v = 0; v < VECTOR; v++) run[v] = v < count ? from[v] : 0.0f;
}

// A tile is kept step by step of the depth, in the precision of the product. A run lies along the
// depth or across it.
static inline void keep_along(__local float *tile, int pitch, int k, int i, int precision,
                              const float *run) {
#pragma unroll
  for (int v = 0; v < VECTOR; v++) tile[(k + v) * pitch + i] = narrowed(precision, run[v]);
}

static inline void keep_across(__local float *tile, int pitch, int k, int i, int precision,
                               const float *run) {
#pragma unroll
  for (int v = 0; v < VECTOR; v++) tile[k * pitch + i + v] = narrowed(precision, run[v]);
}

// sums += leftᵀ·right for one step of the depth.
static inline void tile_multiply(__local const float *left, __local const float *right,
                                 float *sums) {
  for (int k = 0; k < PRODUCT_STEP; k++) {
    float a[SUM_ROWS], b[SUM_COLUMNS];
#pragma unroll
    for (int i = 0; i < SUM_ROWS; i++) a[i] = left[k * LEFT_PITCH + ITEM_ROW + i * GROUP_ROWS];
#pragma unroll
    for (int j = 0; j < SUM_COLUMNS; j++)
      b[j] = right[k * RIGHT_PITCH + ITEM_COLUMN + j * GROUP_COLUMNS];
#pragma unroll
    for (int i = 0; i < SUM_ROWS; i++)
#pragma unroll
      for (int j = 0; j < SUM_COLUMNS; j++)
        sums[i * SUM_COLUMNS + j] = fma(a[i], b[j], sums[i * SUM_COLUMNS + j]);
  }
}

// Two matrices side by side, each some neighboring columns of a wider one.
typedef struct {
  __global const float *x1;
  int stride1, first1, width1;
  __global const float *x2;
  int stride2, first2, width2;
} side_by_side;

// VECTOR reals of a row, from column k on.
static inline void load_side_by_side(const side_by_side *x, int row, int k, float *run) {
  const int depth = x->width1 + x->width2;
  __global const float *from1 = x->x1 + row * x->stride1 + x->first1 + k;
  __global const float *from2 = x->x2 + row * x->stride2 + x->first2 + k - x->width1;
  if (k + VECTOR <= x->width1 || x->width2 == 0) {
    load_run(from1, x->width1 - k, run);
  } else if (k >= x->width1) {
    load_run(from2, depth - k, run);
  } else {
#pragma unroll
    for (int v = 0; v < VECTOR; v++)
      run[v] = k + v < x->width1 ? from1[v] : k + v < depth ? from2[v] : 0.0f;
  }
}

// One real of a row: column k.
static inline float side_by_side_at(const side_by_side *x, int row, int k) {
  if (k < x->width1) return x->x1[row * x->stride1 + x->first1 + k];
  if (k < x->width1 + x->width2) return x->x2[row * x->stride2 + x->first2 + k - x->width1];
  return 0.0f;
}
