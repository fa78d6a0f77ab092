// A tile of a matrix product by a work-group, of which every work-item keeps some sums in
// registers. Numbers are read and written four at a time, as quads, where they are neighbors in
// memory. A small tile is computed by several slices of work-items, each of which sums over part of
// the depth.
//
// ProductTile.swift has the same constants, writes others for programs of their own, and says what
// they must satisfy.

#ifndef PRODUCT_ROWS
#define PRODUCT_ROWS 32
#define PRODUCT_COLUMNS 32
#define PRODUCT_STEP 32
#define SUM_ROWS 4
#define SUM_COLUMNS 4
#define SLICES 4
#endif

#define GROUP_ROWS (PRODUCT_ROWS / SUM_ROWS)
#define GROUP_COLUMNS (PRODUCT_COLUMNS / SUM_COLUMNS)
#define SLICE_ITEMS (GROUP_ROWS * GROUP_COLUMNS)
#define PRODUCT_GROUP (SLICES * SLICE_ITEMS)
// A tile is kept step by step of the depth, four numbers more than needed each, so that those of
// one row or column are spread over the memory banks. There is room for two steps: while one is
// multiplied, the next one is fetched.
#define LEFT_PITCH (PRODUCT_ROWS + 4)
#define RIGHT_PITCH (PRODUCT_COLUMNS + 4)
#define LEFT_SIZE (PRODUCT_STEP * LEFT_PITCH)
#define RIGHT_SIZE (PRODUCT_STEP * RIGHT_PITCH)
#define TILE_MEMORY                                                                \
  __local float memory[2 * (LEFT_SIZE + RIGHT_SIZE)] __attribute__((aligned(16))); \
  __local float *left = memory, *right = memory + 2 * LEFT_SIZE
// Quads of the depth, and of a tile's rows or columns.
#define STEP_QUADS (PRODUCT_STEP / 4)
#define LEFT_QUADS (PRODUCT_ROWS / 4)
#define RIGHT_QUADS (PRODUCT_COLUMNS / 4)
// Those of a step that a work-item fetches.
#define LEFT_SHARE ((STEP_QUADS * PRODUCT_ROWS + PRODUCT_GROUP - 1) / PRODUCT_GROUP)
#define RIGHT_SHARE ((STEP_QUADS * PRODUCT_COLUMNS + PRODUCT_GROUP - 1) / PRODUCT_GROUP)

#define ITEM_SLICE ((int)get_local_id(0) / SLICE_ITEMS)
#define ITEM_PLACE ((int)get_local_id(0) % SLICE_ITEMS)
#define ITEM_ROW (ITEM_PLACE / GROUP_COLUMNS)
#define ITEM_COLUMN (ITEM_PLACE % GROUP_COLUMNS)
// A work-item's sums: quads of ROW_QUADS · 4 columns, row by row; where row r and quad j are in the
// tile.
#define ROW_QUADS (SUM_COLUMNS / 4)
#define SUM_QUADS (SUM_ROWS * ROW_QUADS)
#define TILE_ROW(r) (((r) / 4 * GROUP_ROWS + ITEM_ROW) * 4 + (r) % 4)
#define TILE_COLUMN(j) (((j)*GROUP_COLUMNS + ITEM_COLUMN) * 4)

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

// Four neighbors, of which `count` are there; aligned ones start at a multiple of four numbers.
static inline float4 load_quad(__global const float *from, int count, int is_aligned) {
  if (is_aligned && count >= 4) return *(__global const float4 *)from;
  float4 quad = 0.0f;
  if (count > 0) quad.x = from[0];
  if (count > 1) quad.y = from[1];
  if (count > 2) quad.z = from[2];
  if (count > 3) quad.w = from[3];
  return quad;
}

// What happens to a result: nothing, or it is set, or added to. Launches have the same numbers.
enum { NO_GRADIENT, SET_GRADIENT, ADD_GRADIENT };

static inline void put_gradient(__global float *out, size_t at, float x, int mode) {
  if (mode != NO_GRADIENT) contribute(out + at, x, mode == ADD_GRADIENT);
}

static inline void put_quad(__global float *out, float4 quad, int count, int is_aligned, int mode) {
  if (is_aligned && count >= 4 && mode == SET_GRADIENT) {
    *(__global float4 *)out = quad;
    return;
  }
  if (count > 0) put_gradient(out, 0, quad.x, mode);
  if (count > 1) put_gradient(out, 1, quad.y, mode);
  if (count > 2) put_gradient(out, 2, quad.z, mode);
  if (count > 3) put_gradient(out, 3, quad.w, mode);
}

static inline float4 activate_quad(int activation, float4 x) {
  return (float4)(activate(activation, x.x), activate(activation, x.y), activate(activation, x.z),
                  activate(activation, x.w));
}

static inline float4 slope_of_quad(int activation, float4 saved) {
  return (float4)(activation_derivative(activation, saved.x),
                  activation_derivative(activation, saved.y),
                  activation_derivative(activation, saved.z),
                  activation_derivative(activation, saved.w));
}

static inline float4 narrowed_quad(int precision, float4 x) {
  if (!is_narrowing(precision)) return x;
  return (float4)(narrowed(precision, x.x), narrowed(precision, x.y), narrowed(precision, x.z),
                  narrowed(precision, x.w));
}

// A work-item's share of a step into the tile, in the precision of the product: quads lie along the
// depth or across it.
#define KEEP_ALONG(name, SHARE, EXTENT, PITCH)                                       \
  static inline void name(__local float *tile, int precision, const float4 *quads) { \
    _Pragma("unroll") for (int i = 0; i < SHARE; i++) {                              \
      const int e = (int)get_local_id(0) + i * PRODUCT_GROUP;                        \
      __local float *to = tile + e % STEP_QUADS * 4 * PITCH + e / STEP_QUADS;        \
      const float4 x = narrowed_quad(precision, quads[i]);                           \
      if (e < STEP_QUADS * EXTENT)                                                   \
        to[0] = x.x, to[PITCH] = x.y, to[2 * PITCH] = x.z, to[3 * PITCH] = x.w;      \
    }                                                                                \
  }
#define KEEP_ACROSS(name, SHARE, EXTENT, PITCH)                                       \
  static inline void name(__local float *tile, int precision, const float4 *quads) {  \
    _Pragma("unroll") for (int i = 0; i < SHARE; i++) {                               \
      const int e = (int)get_local_id(0) + i * PRODUCT_GROUP;                         \
      if (e < STEP_QUADS * EXTENT)                                                    \
        *(__local float4 *)(tile + e / (EXTENT / 4) * PITCH + e % (EXTENT / 4) * 4) = \
            narrowed_quad(precision, quads[i]);                                       \
    }                                                                                 \
  }
KEEP_ALONG(keep_left_along, LEFT_SHARE, PRODUCT_ROWS, LEFT_PITCH)
KEEP_ALONG(keep_right_along, RIGHT_SHARE, PRODUCT_COLUMNS, RIGHT_PITCH)
KEEP_ACROSS(keep_left_across, LEFT_SHARE, PRODUCT_ROWS, LEFT_PITCH)
KEEP_ACROSS(keep_right_across, RIGHT_SHARE, PRODUCT_COLUMNS, RIGHT_PITCH)

// As many steps at a time as leave large groups enough registers.
#if PRODUCT_GROUP > 64
#define MULTIPLY_UNROLL _Pragma("unroll 4")
#else
#define MULTIPLY_UNROLL _Pragma("unroll")
#endif

// sums += leftᵀ·right for a slice's share of one step of the depth.
static inline void tile_multiply(__local const float *left, __local const float *right,
                                 float4 *sums) {
  left += ITEM_SLICE * (PRODUCT_STEP / SLICES) * LEFT_PITCH;
  right += ITEM_SLICE * (PRODUCT_STEP / SLICES) * RIGHT_PITCH;
  MULTIPLY_UNROLL
  for (int k = 0; k < PRODUCT_STEP / SLICES; k++) {
    float4 b[ROW_QUADS];
#pragma unroll
    for (int j = 0; j < ROW_QUADS; j++)
      b[j] = *(__local const float4 *)(right + k * RIGHT_PITCH + TILE_COLUMN(j));
#pragma unroll
    for (int i = 0; i < SUM_ROWS; i += 4) {
      const float4 a = *(__local const float4 *)(left + k * LEFT_PITCH + TILE_ROW(i));
      float4 *sum = sums + i * ROW_QUADS;
#pragma unroll
      for (int j = 0; j < ROW_QUADS; j++) {
        sum[j] = fma((float4)(a.x), b[j], sum[j]);
        sum[ROW_QUADS + j] = fma((float4)(a.y), b[j], sum[ROW_QUADS + j]);
        sum[2 * ROW_QUADS + j] = fma((float4)(a.z), b[j], sum[2 * ROW_QUADS + j]);
        sum[3 * ROW_QUADS + j] = fma((float4)(a.w), b[j], sum[3 * ROW_QUADS + j]);
      }
    }
  }
}

static inline void clear_sums(float4 *sums) {
#pragma unroll
  for (int i = 0; i < SUM_QUADS; i++) sums[i] = 0.0f;
}

// Adds what the slices have summed, in their order. Only the items of the first slice go on with
// the sums: RESULT_ROWS is how many rows of them an item has. For all items, because of the
// barrier.
#define RESULT_ROWS (ITEM_SLICE == 0 ? SUM_ROWS : 0)
static inline void add_slices(__local float4 *memory, float4 *sums) {
#if SLICES > 1
  __local float4 *own = memory + (ITEM_SLICE - 1) * SLICE_ITEMS * SUM_QUADS + ITEM_PLACE;
#pragma unroll
  for (int i = 0; i < SUM_QUADS; i++)
    if (ITEM_SLICE > 0) own[i * SLICE_ITEMS] = sums[i];
  barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
  for (int i = 0; i < (SLICES - 1) * SUM_QUADS; i++)
    if (ITEM_SLICE == 0) sums[i % SUM_QUADS] += memory[i * SLICE_ITEMS + ITEM_PLACE];
#endif
}

// Moves the next row of sums to the first place. A loop over rows that is not unrolled would have
// to keep sums in memory to find them by their number; unrolled, what is done with a sum would be
// in the kernel once for each.
static inline void next_row(float4 *sums) {
#pragma unroll
  for (int i = 0; i < SUM_QUADS - ROW_QUADS; i++) sums[i] = sums[i + ROW_QUADS];
}

// Two matrices side by side, each some neighboring columns of a wider one.
typedef struct {
  __global const float *x1;
  int stride1, first1, width1;
  __global const float *x2;
  int stride2, first2, width2;
} side_by_side;

// Whether quads of the first or of the second matrix are aligned which start at column k.
static inline int is_aligned1(const side_by_side *x, int k) {
  return x->stride1 % 4 == 0 && (x->first1 + k) % 4 == 0;
}
static inline int is_aligned2(const side_by_side *x, int k) {
  return x->stride2 % 4 == 0 && (x->first2 + k - x->width1) % 4 == 0;
}

// A quad of a row from column k on, of which `count` numbers are there.
static inline float4 load_side_by_side(const side_by_side *x, int row, int k, int count,
                                       int aligned1, int aligned2) {
  __global const float *from1 = x->x1 + row * x->stride1 + x->first1 + k;
  __global const float *from2 = x->x2 + row * x->stride2 + x->first2 + k - x->width1;
  if (k + min(count, 4) <= x->width1) return load_quad(from1, count, aligned1);
  if (k >= x->width1) return load_quad(from2, count, aligned2);
  const int end = x->width1 - k;
  float4 quad = 0.0f;
  quad.x = from1[0];
  if (count > 1) quad.y = end > 1 ? from1[1] : from2[1];
  if (count > 2) quad.z = end > 2 ? from1[2] : from2[2];
  if (count > 3) quad.w = from2[3];
  return quad;
}
