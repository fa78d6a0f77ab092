// The inner product of the matrix product, for one instruction set.
//
// matrix.c includes this file once per instruction set, with
//   HM_LANES   floats in a vector
//   HM_ROWS    rows of a register tile, which is 2 vectors wide
//   HM_NAME(x) x with the instruction set's suffix
//   HM_TARGET  the attribute that enables the instructions
// and, if a packed element is two numbers,
//   HM_COUNT            2
//   HM_TERM(sum, s, v)  adds the product of an element and a vector to a vector of sums
//   HM_LAYOUT           the layout of packed elements, see hm_variant
// and what else matrix_pack16.h needs.
// HM_ROWS × 2 sums, 2 vectors of v and one element of s fill the registers.

#define HM_INLINE static inline __attribute__((always_inline)) HM_TARGET
#define HM_WIDTH (2 * HM_LANES)
#ifndef HM_TERM
#define HM_TERM(sum, s, v) sum += s * v
#define HM_COUNT 1
#define HM_LAYOUT kNumbers
#define HM_ALONG_DEPTH(x, n) _mm512_maskz_loadu_ps(hm_first(n), x)
#define HM_ACROSS(x, y, first, second) _mm512_maskz_loadu_ps(first, x)
#endif
#define HM_STEPS(depth) (((depth) + HM_COUNT - 1) / HM_COUNT)
// With more than 8 rows the loop overhead is hidden, and unrolling would cost register moves.
#define HM_UNROLL (HM_ROWS > 8 ? 1 : 2)

typedef float HM_NAME(vec) __attribute__((vector_size(4 * HM_LANES), aligned(4), may_alias));
#define VEC HM_NAME(vec)

// Transposes 4 rows of 8: out[q] holds column q of the rows, then column q + 4.
HM_INLINE void HM_NAME(transpose)(const hm_float8 in[4], hm_float8 out[4]) {
  const hm_float8 x = __builtin_shufflevector(in[0], in[1], 0, 8, 1, 9, 4, 12, 5, 13);
  const hm_float8 y = __builtin_shufflevector(in[2], in[3], 0, 8, 1, 9, 4, 12, 5, 13);
  const hm_float8 z = __builtin_shufflevector(in[0], in[1], 2, 10, 3, 11, 6, 14, 7, 15);
  const hm_float8 w = __builtin_shufflevector(in[2], in[3], 2, 10, 3, 11, 6, 14, 7, 15);
  out[0] = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
  out[1] = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
  out[2] = __builtin_shufflevector(z, w, 0, 1, 8, 9, 4, 5, 12, 13);
  out[3] = __builtin_shufflevector(z, w, 2, 3, 10, 11, 6, 7, 14, 15);
}

HM_INLINE void HM_NAME(put4)(float *c, hm_float4 x, bool accumulate) {
  if (accumulate) x += *(const hm_float4 *)c;
  *(hm_float4 *)c = x;
}

// Stores the first `count` elements of x[0] to x[7], which belong to 8 rows of c.
HM_INLINE void HM_NAME(put_rows)(float *c, long stride, hm_float4 x[8], long count,
                                 bool accumulate) {
  if (count >= 4) {
    // All loads precede all stores: with a stride of 4 KB, a load after a store would wait for it
    // (4K aliasing).
    for (int i = 0; i < 8 && accumulate; i++) x[i] += *(const hm_float4 *)(c + i * stride);
    for (int i = 0; i < 8; i++) *(hm_float4 *)(c + i * stride) = x[i];
    return;
  }
  if (count >= 2) {
    for (int i = 0; i < 8 && accumulate; i++) {
      const hm_float2 pair = *(const hm_float2 *)(c + i * stride);
      x[i] += (hm_float4){pair[0], pair[1], 0, 0};
    }
    for (int i = 0; i < 8; i++) {
      *(hm_float2 *)(c + i * stride) = __builtin_shufflevector(x[i], x[i], 0, 1);
    }
  }
  if (count % 2 == 0) return;
  const long q = count - 1;
  for (int i = 0; i < 8; i++)
    c[i * stride + q] = accumulate ? c[i * stride + q] + x[i][q] : x[i][q];
}

// Stores a tile whose rows are columns of c, 8 lanes × 4 rows at a time.
static __attribute__((noinline)) HM_TARGET void HM_NAME(store_transposed)(const hm_tile *t,
                                                                          const float *tile) {
  const long rows = t->rows, columns = t->columns, stride = t->c_column;
  const bool accumulate = t->accumulate;
  for (long r = 0; r < rows; r += 4) {
    float *c = t->c + r;
    long j = 0;
    for (; j + 8 <= columns; j += 8, c += 8 * stride) {
      hm_float8 in[4], out[4];
      hm_float4 x[8];
      for (int q = 0; q < 4; q++) in[q] = *(const hm_float8 *)(tile + (r + q) * HM_WIDTH + j);
      HM_NAME(transpose)(in, out);
      for (int q = 0; q < 4; q++) {
        x[q] = __builtin_shufflevector(out[q], out[q], 0, 1, 2, 3);
        x[q + 4] = __builtin_shufflevector(out[q], out[q], 4, 5, 6, 7);
      }
      HM_NAME(put_rows)(c, stride, x, rows - r, accumulate);
    }
    for (; j < columns; j++, c += stride) {
      for (long q = 0; q < 4 && r + q < rows; q++) {
        const float x = tile[(r + q) * HM_WIDTH + j];
        c[q] = accumulate ? c[q] + x : x;
      }
    }
  }
}

// Stores a tile with fewer columns than its vectors.
static __attribute__((noinline)) HM_TARGET void HM_NAME(store_part)(const hm_tile *t,
                                                                    const float *tile) {
  const long rows = t->rows, columns = t->columns, stride = t->c_row;
  const bool accumulate = t->accumulate;
  float *c = t->c;
  for (long r = 0; r < rows; r++, c += stride, tile += HM_WIDTH) {
    long j = 0;
    for (; j + 4 <= columns; j += 4) {
      HM_NAME(put4)(c + j, *(const hm_float4 *)(tile + j), accumulate);
    }
    for (; j < columns; j++) c[j] = accumulate ? c[j] + tile[j] : tile[j];
  }
}

// Stores a tile of whole vectors from the registers.
HM_INLINE void HM_NAME(store)(const hm_tile *t, VEC sum[HM_ROWS][2], const int rows,
                              const int vectors) {
  const long stride = t->c_row;
  float *c = t->c;
  if (t->accumulate) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++, c += stride) {
      *(VEC *)c += sum[r][0];
      if (vectors > 1) *(VEC *)(c + HM_LANES) += sum[r][1];
    }
  } else {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++, c += stride) {
      *(VEC *)c = sum[r][0];
      if (vectors > 1) *(VEC *)(c + HM_LANES) = sum[r][1];
    }
  }
}

// Prefetches the rows of c, which are seldom in the cache.
HM_INLINE void HM_NAME(prefetch)(const hm_tile *t, const int rows) {
  const bool straight = t->c_column == 1;
  const long lines = straight ? rows : t->columns, stride = straight ? t->c_row : t->c_column;
  const float *c = t->c;
  for (long i = 0; i < lines; i++, c += stride) __builtin_prefetch(c, 1);
}

// sum_rj = Σ_k s_rk v_kj, k ascending, for `rows` rows and `vectors` vectors of columns.
HM_INLINE void HM_NAME(tile)(const hm_tile *t, const int rows, const int vectors) {
  VEC sum[HM_ROWS][2] = {0};
  const float *s = t->s, *v = t->v;
  const long s_row = t->s_row, s_step = t->s_step, v_step = t->v_step;
  HM_NAME(prefetch)(t, rows);
  if (s_row == 1) {
#pragma clang loop unroll_count(HM_UNROLL)
    for (long k = HM_STEPS(t->depth); k > 0; k--, s += s_step, v += v_step) {
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        HM_TERM(sum[r][0], s[r], *(const VEC *)v);
        if (vectors > 1) HM_TERM(sum[r][1], s[r], *(const VEC *)(v + HM_LANES));
      }
    }
  } else {
#pragma clang loop unroll_count(HM_UNROLL)
    for (long k = HM_STEPS(t->depth); k > 0; k--, s++, v += v_step) {
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        HM_TERM(sum[r][0], s[r * s_row], *(const VEC *)v);
        if (vectors > 1) HM_TERM(sum[r][1], s[r * s_row], *(const VEC *)(v + HM_LANES));
      }
    }
  }
  if (t->c_column == 1 && t->columns == vectors * HM_LANES) {
    HM_NAME(store)(t, sum, rows, vectors);
    return;
  }
  float tile[(HM_ROWS + 3) / 4 * 4 * HM_WIDTH] __attribute__((aligned(64)));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    *(VEC *)(tile + r * HM_WIDTH) = sum[r][0];
    if (vectors > 1) *(VEC *)(tile + r * HM_WIDTH + HM_LANES) = sum[r][1];
  }
  if (t->c_column == 1) {
    HM_NAME(store_part)(t, tile);
  } else {
    HM_NAME(store_transposed)(t, tile);
  }
}

#define HM_CASE(r)                               \
  case r:                                        \
    if (r <= HM_ROWS && t->columns > HM_LANES) { \
      HM_NAME(tile)(t, r <= HM_ROWS ? r : 1, 2); \
    } else if (r <= HM_ROWS) {                   \
      HM_NAME(tile)(t, r <= HM_ROWS ? r : 1, 1); \
    }                                            \
    return

static HM_TARGET void HM_NAME(multiply)(const hm_tile *t) {
  switch (t->rows) {
    HM_CASE(1);
    HM_CASE(2);
    HM_CASE(3);
    HM_CASE(4);
    HM_CASE(5);
    HM_CASE(6);
    HM_CASE(7);
    HM_CASE(8);
    HM_CASE(9);
    HM_CASE(10);
    HM_CASE(11);
    HM_CASE(12);
    HM_CASE(13);
    HM_CASE(14);
  }
}

#if HM_LANES == 16
#include "matrix_pack16.h"
#else
// panel[k · width + i] = x_ik, i < 8, where x is contiguous along the depth. Lanes from `count` on
// repeat the last row; their sums are not stored.
HM_INLINE void HM_NAME(pack_rows)(hm_view x, long count, long depth, float *panel,
                                  const long width) {
  const float *row[8];
  for (long i = 0; i < 8; i++) row[i] = x.elements + (i < count ? i : count - 1) * x.index_stride;
  long k = 0;
  for (; k + 4 <= depth; k += 4) {
    hm_float8 in[4], out[4];
    for (int q = 0; q < 4; q++) {
      const hm_float4 low = *(const hm_float4 *)(row[q] + k);
      const hm_float4 high = *(const hm_float4 *)(row[q + 4] + k);
      in[q] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
    }
    HM_NAME(transpose)(in, out);
    for (int q = 0; q < 4; q++) *(hm_float8 *)(panel + (k + q) * width) = out[q];
  }
  for (; k < depth; k++) {
    for (int i = 0; i < 8; i++) panel[k * width + i] = row[i][k];
  }
}

// The same where x is contiguous along i, for a whole panel; lanes from `count` on become 0.
HM_INLINE void HM_NAME(pack_columns)(hm_view x, long count, long depth, float *panel,
                                     const long width) {
  for (long k = 0; k < depth; k++, x.elements += x.depth_stride, panel += width) {
    long i = 0;
    for (; i + 8 <= count; i += 8) *(hm_float8 *)(panel + i) = *(const hm_float8 *)(x.elements + i);
    for (long zero = i; zero < width; zero += 8) *(hm_float8 *)(panel + zero) = (hm_float8){0};
    if (count & 4) *(hm_float4 *)(panel + i) = *(const hm_float4 *)(x.elements + i);
    i += count & 4;
    if (count & 2) *(hm_float2 *)(panel + i) = *(const hm_float2 *)(x.elements + i);
    i += count & 2;
    if (count & 1) panel[i] = x.elements[i];
  }
}

HM_INLINE void HM_NAME(pack_panel)(hm_view x, long count, long depth, float *panel,
                                   const long width) {
  if (x.index_stride == 1) {
    HM_NAME(pack_columns)(x, count < width ? count : width, depth, panel, width);
    return;
  }
  for (long i = 0; i < width; i += 8) {
    // Lanes beyond the last row repeat it, even if they fill a vector.
    const long first = i < count ? i : count - 1;
    const hm_view part = {x.elements + first * x.index_stride, x.index_stride, x.depth_stride};
    HM_NAME(pack_rows)(part, count - first, depth, panel + i, width);
  }
}
#endif

// Packs `rows` of the `available` rows of x. If x is contiguous along i, all panels are packed
// together, so that long pieces of memory are read; one panel at a time would read each cache line
// from another page. If x is contiguous along the depth, one panel is packed at a time.
static HM_TARGET void HM_NAME(pack)(hm_view x, long rows, long available, long depth,
                                    hm_panels to) {
  const long block = x.index_stride == 1 ? 16 : depth;
  for (long k = 0; k < depth; k += block) {
    const long length = depth - k < block ? depth - k : block;
    hm_view part = x;
    float *panel = to.elements + (HM_LANES == 16 ? k / HM_COUNT : k) * to.width;
    for (long i = 0; i < rows; i += to.step, panel += depth * to.width) {
      part.elements = x.elements + i * x.index_stride + k * x.depth_stride;
      if (to.width == HM_WIDTH) {
        HM_NAME(pack_panel)(part, available - i, length, panel, HM_WIDTH);
      } else {
        HM_NAME(pack_panel)(part, available - i, length, panel, (HM_ROWS + 7) / 8 * 8);
      }
    }
  }
  if (HM_LANES == 16 || HM_COUNT == 1) return;
  for (long i = 0; i < rows; i += to.step, to.elements += depth * to.width) {
    hm_make_pairs(depth, to.width, to.elements);
  }
}

static const hm_variant HM_NAME(variant) = {HM_LANES, HM_ROWS, HM_NAME(multiply), HM_NAME(pack),
                                            HM_LAYOUT};

#undef HM_ACROSS
#undef HM_ALONG_DEPTH
#undef HM_CASE
#undef HM_COUNT
#undef HM_INLINE
#undef HM_LANES
#undef HM_LAYOUT
#undef HM_NAME
#undef HM_ROWS
#undef HM_STEPS
#undef HM_TARGET
#undef HM_TERM
#undef HM_UNROLL
#undef HM_WIDTH
#undef VEC
