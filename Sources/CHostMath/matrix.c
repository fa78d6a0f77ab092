#include <string.h>

#include "hm_matrix.h"
#include "precision.h"

#if defined(__x86_64__)
#include <immintrin.h>

// A mask of the first `count` of 16 lanes.
static inline __mmask16 hm_first(long count) {
  return count >= 16 ? 0xFFFF : count > 0 ? (1u << count) - 1 : 0;
}
#endif

// c = s · v in register tiles. Vectors are read from v, whose panels are packed; single elements
// are read from s, mostly in place. Either a or b can be v; with v = aᵀ the tiles of c are stored
// transposed. The order of every sum is the same in all cases.

typedef float hm_float2 __attribute__((vector_size(8), aligned(4), may_alias));
typedef float hm_float4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef float hm_float8 __attribute__((vector_size(32), aligned(4), may_alias));

// A view of a factor: element (i, k) is elements[i·index_stride + k·depth_stride]; k is the depth.
typedef struct {
  const float *elements;
  long index_stride, depth_stride;
} hm_view;

// c_rj (+)= Σ_k s_rk v_kj, for one register tile and one block of the depth.
typedef struct {
  long depth;
  const float *s, *v;
  long s_row, s_step, v_step;  // one of s_row and s_step is 1
  float *c;
  long c_row, c_column;  // one of them is 1
  long rows, columns;
  bool accumulate;
} hm_tile;

// Packed panels of `width` × depth. Panel n begins at row n · `step` of the factor.
typedef struct {
  float *elements;
  long width, step;
} hm_panels;

typedef struct {
  long lanes, rows;
  void (*multiply)(const hm_tile *tile);
  void (*pack)(hm_view x, long rows, long available, long depth, hm_panels to);
  // The packed elements: numbers; pairs in bf16; or pairs for tiles, where those of s are
  // transposed so that 16 along the depth are adjacent.
  enum { kNumbers, kPairs, kTiles } layout;
  // Called before and after a product, unless null.
  void (*begin)(void);
  void (*end)(void);
} hm_variant;

#define HM_LANES 4
#define HM_ROWS 6
#define HM_NAME(x) hm_##x##_portable
#define HM_TARGET
#include "matrix_kernel.h"

#if defined(__x86_64__)
#define HM_LANES 8
#define HM_ROWS 6
#define HM_NAME(x) hm_##x##_avx2
#define HM_TARGET __attribute__((target("avx2,fma")))
#include "matrix_kernel.h"

#define HM_LANES 16
#define HM_ROWS 14
#define HM_NAME(x) hm_##x##_avx512
#define HM_TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma")))
#include "matrix_kernel.h"
#endif

enum {
  kDepth = 256,               // a panel of v, 16 KB, and a slab of s fit into the first-level cache
  kVectorElements = 1 << 18,  // space for packed v, which is mostly all of v
  kScalarElements = 1 << 16,  // space for packed s, which fits into the second-level cache
  kScalarSpan = 1 << 13,      // s is read in place if it extends over at most so many elements
  kVectorVisits = 700000,     // so is v if its extent times the slabs of s is at most this
};

size_t hm_matrix_workspace(void) { return kVectorElements + kScalarElements; }

static const hm_variant *hm_best_variant(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq")) {
    return &hm_variant_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &hm_variant_avx2;
#endif
  return &hm_variant_portable;
}

const char *hm_instruction_set(void) {
#if defined(__x86_64__)
  const hm_variant *best = hm_best_variant();
  if (best == &hm_variant_avx512) return "AVX-512";
  return best == &hm_variant_avx2 ? "AVX2" : "baseline x86-64";
#elif defined(__aarch64__)
  return "NEON";
#else
  return "baseline";
#endif
}

static void hm_multiply(const hm_variant *variant, hm_precision precision, long rows, long columns,
                        long depth, hm_operand a, hm_operand b, bool accumulate, float *c,
                        long c_stride, float *workspace);

#if defined(__x86_64__)
#include "matrix_pairs.h"

hm_bf16_units hm_units_of_bf16(void) {
  hm_best_pair_variant();
  return hm_pair_units;
}
#else
static bool hm_fills_tiles(long depth) { return false; }
static const hm_variant *hm_best_pair_variant(void) { return 0; }
bool hm_emulated_pairs_keep_precision(void) { return true; }
hm_bf16_units hm_units_of_bf16(void) { return (hm_bf16_units){HM_UNITS_NONE, ""}; }
#endif

static long hm_min(long x, long y) { return x < y ? x : y; }
static long hm_blocks(long size, long block) { return (size + block - 1) / block; }

// A product: the factors, the result, and the packed panels of the current block.
typedef struct {
  const hm_variant *variant;
  hm_view s, v;
  long rows, columns;  // of c = s · v
  long slab;           // rows of a tile, chosen so that tiles are nearly equal
  hm_precision precision;
  float *c;
  long c_row, c_column;
  bool accumulate, pack_s, pack_v;
  float *packed_s, *packed_v;
} hm_product;

static hm_view hm_offset(hm_view x, long index, long k) {
  x.elements += index * x.index_stride + k * x.depth_stride;
  return x;
}

// The width of a packed slab: a multiple of 8, since `pack` moves 8 rows at a time.
static long hm_slab_width(const hm_product *p) { return hm_blocks(p->variant->rows, 8) * 8; }

static bool hm_reads_in_place(const hm_product *p, long columns) {
  return !p->pack_v && columns % p->variant->lanes == 0;
}

// Computes rows [row, row + rows) and columns [column, column + columns) from packed panels.
static void hm_block(const hm_product *p, hm_tile t, long row, long rows, long column, long columns,
                     const float *packed_s, const float *packed_v) {
  const long width = 2 * p->variant->lanes, slab_width = hm_slab_width(p);
  // A group of panels stays in the first-level cache while all slabs are read.
  const long group = width * (kDepth / t.depth);
  for (long j0 = 0; j0 < columns; j0 += group) {
    const long end = hm_min(columns, j0 + group);
    for (long i = 0; i < rows; i += p->slab) {
      t.rows = hm_min(p->slab, rows - i);
      t.s = p->pack_s ? packed_s + i / p->slab * slab_width * t.depth
                      : p->s.elements + (row + i) * p->s.index_stride;
      for (long j = j0; j < end; j += width) {
        t.columns = hm_min(width, end - j);
        const bool in_place = hm_reads_in_place(p, t.columns);
        t.v = in_place ? p->v.elements + (column + j) : packed_v + j * t.depth;
        t.v_step = in_place ? p->v.depth_stride : width;
        t.c = p->c + (row + i) * p->c_row + (column + j) * p->c_column;
        p->variant->multiply(&t);
      }
    }
  }
}

// Packs rows 0 to `rows` of x, rounded.
static void hm_pack(const hm_product *p, hm_view x, long rows, long available, long depth,
                    hm_panels to) {
  p->variant->pack(x, rows, available, depth, to);
  if (p->variant->layout != kNumbers) return;
  hm_round(p->precision, hm_blocks(rows, to.step) * to.width * depth, to.elements);
}

static void hm_pack_v(const hm_product *p, long column, long columns, long depth) {
  const long width = 2 * p->variant->lanes;
  // If v is read in place, only a last panel with an incomplete vector is packed.
  const long first = p->pack_v ? 0 : columns / width * width;
  if (hm_reads_in_place(p, columns - first)) return;
  hm_pack(p, hm_offset(p->v, column + first, 0), columns - first, columns - first, depth,
          (hm_panels){p->packed_v + first * depth, width, width});
}

static void hm_pack_s(const hm_product *p, long row, long rows, long depth) {
  if (!p->pack_s) return;
  // Slabs are packed with some of the rows that follow, because whole vectors are copied faster.
  const long width = hm_slab_width(p);
  hm_pack(p, hm_offset(p->s, row, 0), rows, p->rows - row, depth,
          (hm_panels){p->packed_s, width, p->slab});
  if (p->variant->layout != kTiles || !hm_fills_tiles(depth)) return;
  for (long i = 0; i < hm_blocks(rows, p->slab); i++) {
    hm_turn_pairs(depth / 32, width, p->packed_s + i * depth * width);
  }
}

// Computes one block of the depth. v is packed once, s once or, if it is too large, once for each
// group of columns.
static void hm_depth_block(const hm_product *p, long depth) {
  const long width = 2 * p->variant->lanes;
  const long slabs = kScalarElements / (hm_slab_width(p) * depth);
  const long row_group = slabs * p->slab;
  const bool one_group = row_group >= p->rows;
  const long most = kVectorElements / (width * depth) * width;
  const long column_group = one_group ? hm_min(most, 4 * width) : most;
  const hm_tile tile = {
      .depth = depth,
      .s_row = p->pack_s ? 1 : p->s.index_stride,
      .s_step = p->pack_s ? hm_slab_width(p) : p->s.depth_stride,
      .c_row = p->c_row,
      .c_column = p->c_column,
      .accumulate = p->accumulate,
  };
  for (long j = 0; j < p->columns; j += column_group) {
    const long columns = hm_min(column_group, p->columns - j);
    hm_pack_v(p, j, columns, depth);
    for (long i = 0; i < p->rows; i += row_group) {
      const long rows = hm_min(row_group, p->rows - i);
      if (j == 0 || !one_group) hm_pack_s(p, i, rows, depth);
      hm_block(p, tile, i, rows, j, columns, p->packed_s, p->packed_v);
    }
  }
}

static hm_product hm_plan(const hm_variant *variant, hm_precision precision, long rows,
                          long columns, hm_view s, hm_view v, long depth) {
  // Factors are rounded while they are packed.
  const bool rounds = precision != HM_FP32;
  const long slabs = hm_blocks(rows, variant->rows);
  const long block = hm_min(depth, kDepth);
  return (hm_product){
      .variant = variant,
      .precision = precision,
      .s = s,
      .v = v,
      .rows = rows,
      .columns = columns,
      .slab = hm_blocks(rows, slabs),
      .pack_v = rounds || v.index_stride != 1 || v.depth_stride * block * slabs > kVectorVisits,
      .pack_s = rounds || (s.index_stride == 1 && s.depth_stride * block > kScalarSpan) ||
                (variant->rows > 8 && s.index_stride % 512 == 0),
  };
}

// An estimate in sixteenths of a cycle: tiles, stores, and packing of v. Transposed stores write to
// many rows of c, which compete for one cache set if the stride is a multiple of a page.
static long hm_cost(const hm_product *p, long depth, bool transposed, long c_stride) {
  const long columns = hm_blocks(p->columns, p->variant->lanes) * p->variant->lanes;
  const long pack = !p->pack_v ? 0 : p->v.index_stride == 1 ? 5 : 8;
  const long store = !transposed ? 2 : c_stride % 1024 == 0 ? 40 : 12;
  return depth * columns * (p->rows + pack) + p->rows * columns * store * hm_blocks(depth, kDepth);
}

static void hm_clear(long rows, long columns, float *c, long c_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < columns; j++) c[i * c_stride + j] = 0;
  }
}

static void hm_multiply(const hm_variant *variant, hm_precision precision, long rows, long columns,
                        long depth, hm_operand a, hm_operand b, bool accumulate, float *c,
                        long c_stride, float *workspace) {
  if (rows <= 0 || columns <= 0) return;
  if (depth <= 0) {
    if (!accumulate) hm_clear(rows, columns, c, c_stride);
    return;
  }
  const hm_view left = {a.elements, a.transposed ? 1 : a.stride, a.transposed ? a.stride : 1};
  const hm_view right = {b.elements, b.transposed ? b.stride : 1, b.transposed ? 1 : b.stride};
  hm_product p = hm_plan(variant, precision, rows, columns, left, right, depth);
  const hm_product swapped = hm_plan(variant, precision, columns, rows, right, left, depth);
  const bool swap = hm_cost(&swapped, depth, true, c_stride) < hm_cost(&p, depth, false, c_stride);
  if (swap) p = swapped;
  p.c = c;
  p.c_row = swap ? 1 : c_stride;
  p.c_column = swap ? c_stride : 1;
  p.packed_v = workspace;
  p.packed_s = workspace + kVectorElements;
  // Blocks of nearly equal size. They depend only on the depth, because they set the order of sums.
  const long block = hm_blocks(depth, hm_blocks(depth, kDepth));
  if (variant->begin) variant->begin();
  for (long k = 0; k < depth; k += block) {
    const long length = hm_min(block, depth - k);
    p.accumulate = accumulate || k > 0;
    hm_product part = p;
    part.s = hm_offset(p.s, 0, k);
    part.v = hm_offset(p.v, 0, k);
    hm_depth_block(&part, length);
  }
  if (variant->end) variant->end();
}

void hm_narrowed_product(hm_precision precision, long rows, long columns, long depth, hm_operand a,
                         hm_operand b, bool accumulate, float *c, long c_stride, float *workspace) {
  const hm_variant *pairs = precision == HM_BF16 ? hm_best_pair_variant() : 0;
  hm_multiply(pairs ? pairs : hm_best_variant(), precision, rows, columns, depth, a, b, accumulate,
              c, c_stride, workspace);
}
