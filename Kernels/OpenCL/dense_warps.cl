// The products of dense.cl and weight_gradient.cl by warps, for layers that narrow them: a kernel
// for each precision, which is a constant of the functions below.
#if defined(TENSOR_CORES) || defined(EMULATED_WARPS)

// Quads of a step that a work-item fetches of each tile.
#define WARP_SHARE 2
// Of quads that lie along the depth: a row of the tile and the place in its depth. Of those that
// lie across it: a word, and the first of four rows; the terms of a word are quads of neighboring
// rows in memory. Neighboring items have neighbors in memory in the first case, and in the tile in
// the second.
#define ALONG_ROW(e) ((e) / (WARP_DEPTH / 4))
#define ALONG_DEPTH(e) ((e) % (WARP_DEPTH / 4) * 4)
#define ACROSS_WORD(e) ((e) % words_per_step(precision))
#define ACROSS_ROW(e) ((e) / words_per_step(precision) * 4)

#define WARPS_INLINE static inline __attribute__((always_inline)) void
#define BY_WARPS __attribute__((reqd_work_group_size(WARP_GROUP, 1, 1)))

WARPS_INLINE keep_words_along(int precision, __local uint *tile, const float4 *quads) {
  WARP_UNROLL
  for (int i = 0; i < WARP_SHARE; i++) {
    const int e = WARP_ITEM + i * WARP_GROUP;
    const float4 x = quads[i];
    __local uint *to =
        tile + ALONG_ROW(e) * WARP_PITCH + ALONG_DEPTH(e) / terms_per_word(precision);
    if (terms_per_word(precision) == 2)
      *(__local uint2 *)to = (uint2)(word(precision, x.x, x.y), word(precision, x.z, x.w));
    else
      *(__local uint4 *)to = (uint4)(word(precision, x.x, 0.0f), word(precision, x.y, 0.0f),
                                     word(precision, x.z, 0.0f), word(precision, x.w, 0.0f));
  }
}

WARPS_INLINE keep_words_across(int precision, __local uint *tile, const float4 *quads) {
  const int terms = terms_per_word(precision);
  WARP_UNROLL
  for (int i = 0; i < WARP_SHARE / terms; i++) {
    const int e = WARP_ITEM + i * WARP_GROUP;
    const float4 x = quads[i * terms], next = quads[i * terms + terms - 1];
    __local uint *to = tile + ACROSS_ROW(e) * WARP_PITCH + ACROSS_WORD(e);
    to[0] = word(precision, x.x, next.x);
    to[WARP_PITCH] = word(precision, x.y, next.y);
    to[2 * WARP_PITCH] = word(precision, x.z, next.z);
    to[3 * WARP_PITCH] = word(precision, x.w, next.w);
  }
}

// Moves the next two sums to the first place: see next_row in tile.cl.
WARPS_INLINE next_pair(float *sums) {
  WARP_UNROLL
  for (int s = 0; s < WARP_SUMS - 2; s++) sums[s] = sums[s + 2];
}
// Where two neighboring sums are in the tile, the first of them number s.
#define PAIR_ROW(s) SUM_ROW((s) / 16, (s) % 4)
#define PAIR_COLUMN(s) SUM_COLUMN((s) / 4 % 4, (s) % 4)

#define DENSE_PARAMETERS                                                                           \
  __global const float *x1, const int stride1, const int first1, const int width1,                 \
      __global const float *x2, const int stride2, const int first2, const int width2,             \
      __global const float *w, __global const float *b, __global float *y, __global float *before, \
      const int rows, const int columns, const int activation
#define DENSE_ARGUMENTS                                                                     \
  x1, stride1, first1, width1, x2, stride2, first2, width2, w, b, y, before, rows, columns, \
      activation, left, right, exchange

WARPS_INLINE dense_by_warps(DENSE_PARAMETERS, __local uint *left, __local uint *right,
                            __local uint *exchange, const int precision) {
  float sums[WARP_SUMS] = {0.0f};
  float4 from_x[WARP_SHARE], from_w[WARP_SHARE];
  const side_by_side x = {x1, stride1, first1, width1, x2, stride2, first2, width2};
  const int depth = width1 + width2, aligned1 = is_aligned1(&x, 0), aligned2 = is_aligned2(&x, 0);
  const int top = get_group_id(1) * WARP_TILE, first = get_group_id(0) * WARP_TILE;
  for (int k0 = -WARP_DEPTH, side = 0; k0 < depth; k0 += WARP_DEPTH, side = 1 - side) {
    WARP_UNROLL
    for (int i = 0; i < WARP_SHARE; i++) {
      const int e = WARP_ITEM + i * WARP_GROUP, k = k0 + WARP_DEPTH + ALONG_DEPTH(e);
      const int row = top + ALONG_ROW(e), column = first + ALONG_ROW(e);
      from_x[i] = load_side_by_side(&x, row, k, row < rows ? depth - k : 0, aligned1, aligned2);
      from_w[i] =
          load_quad(w + column * depth + k, column < columns ? depth - k : 0, depth % 4 == 0);
    }
    if (k0 >= 0)
      warps_multiply(precision, left + side * WARP_SIZE, right + side * WARP_SIZE, sums, exchange);
    keep_words_along(precision, left + (1 - side) * WARP_SIZE, from_x);
    keep_words_along(precision, right + (1 - side) * WARP_SIZE, from_w);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  add_warp_slices((__local float *)left, sums);
#pragma unroll 1
  for (int s = 0; s < RESULT_SUMS; s += 2, next_pair(sums)) {
    const int row = top + PAIR_ROW(s), column = first + PAIR_COLUMN(s);
    WARP_UNROLL
    for (int c = 0; c < 2; c++) {
      if (row >= rows || column + c >= columns) continue;
      const float sum = sums[c] + b[column + c];
      before[row * columns + column + c] = sum;
      y[row * columns + column + c] = activate(activation, sum);
    }
  }
}

__kernel BY_WARPS void dense_warps_bf16(DENSE_PARAMETERS) {
  WARP_MEMORY;
  dense_by_warps(DENSE_ARGUMENTS, PRECISION_BF16);
}
__kernel BY_WARPS void dense_warps_tf32(DENSE_PARAMETERS) {
  WARP_MEMORY;
  dense_by_warps(DENSE_ARGUMENTS, PRECISION_TF32);
}
__kernel BY_WARPS void dense_warps_3xtf32(DENSE_PARAMETERS) {
  WARP_MEMORY;
  dense_by_warps(DENSE_ARGUMENTS, PRECISION_3XTF32);
}

#define INPUT_PARAMETERS                                                                         \
  __global const float *dy, __global const float *saved, const int activation,                   \
      __global const float *w, const int depth, const int first, __global float *dx,             \
      const int stride, const int first_out, const int width, const int rows, const int columns, \
      const int accumulate
#define INPUT_ARGUMENTS                                                                            \
  dy, saved, activation, w, depth, first, dx, stride, first_out, width, rows, columns, accumulate, \
      left, right, exchange

WARPS_INLINE input_gradient_by_warps(INPUT_PARAMETERS, __local uint *left, __local uint *right,
                                     __local uint *exchange, const int precision) {
  float sums[WARP_SUMS] = {0.0f};
  float4 d[WARP_SHARE], slope[WARP_SHARE], from_w[WARP_SHARE];
  const int terms = terms_per_word(precision), aligned = columns % 4 == 0;
  const int top = get_group_id(1) * WARP_TILE, start = get_group_id(0) * WARP_TILE;
  for (int k0 = -WARP_DEPTH, side = 0; k0 < columns; k0 += WARP_DEPTH, side = 1 - side) {
    WARP_UNROLL
    for (int i = 0; i < WARP_SHARE; i++) {
      const int e = WARP_ITEM + i * WARP_GROUP, k = k0 + WARP_DEPTH + ALONG_DEPTH(e);
      const int row = top + ALONG_ROW(e), count = row < rows ? columns - k : 0;
      d[i] = load_quad(dy + row * columns + k, count, aligned);
      if (activation != IDENTITY) slope[i] = load_quad(saved + row * columns + k, count, aligned);
      const int a = WARP_ITEM + i / terms * WARP_GROUP, column = start + ACROSS_ROW(a);
      const int m = k0 + WARP_DEPTH + ACROSS_WORD(a) * terms + i % terms;
      from_w[i] = load_quad(w + m * depth + first + column, m < columns ? width - column : 0,
                            depth % 4 == 0 && first % 4 == 0);
    }
    if (k0 >= 0)
      warps_multiply(precision, left + side * WARP_SIZE, right + side * WARP_SIZE, sums, exchange);
    WARP_UNROLL
    for (int i = 0; i < WARP_SHARE; i++)
      if (activation != IDENTITY) d[i] *= slope_of_quad(activation, slope[i]);
    keep_words_along(precision, left + (1 - side) * WARP_SIZE, d);
    keep_words_across(precision, right + (1 - side) * WARP_SIZE, from_w);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  add_warp_slices((__local float *)left, sums);
#pragma unroll 1
  for (int s = 0; s < RESULT_SUMS; s += 2, next_pair(sums)) {
    const int row = top + PAIR_ROW(s), column = start + PAIR_COLUMN(s);
    WARP_UNROLL
    for (int c = 0; c < 2; c++)
      if (row < rows && column + c < width)
        contribute(dx + row * stride + first_out + column + c, sums[c], accumulate);
  }
}

__kernel BY_WARPS void dense_warps_input_gradient_bf16(INPUT_PARAMETERS) {
  WARP_MEMORY;
  input_gradient_by_warps(INPUT_ARGUMENTS, PRECISION_BF16);
}
__kernel BY_WARPS void dense_warps_input_gradient_tf32(INPUT_PARAMETERS) {
  WARP_MEMORY;
  input_gradient_by_warps(INPUT_ARGUMENTS, PRECISION_TF32);
}
__kernel BY_WARPS void dense_warps_input_gradient_3xtf32(INPUT_PARAMETERS) {
  WARP_MEMORY;
  input_gradient_by_warps(INPUT_ARGUMENTS, PRECISION_3XTF32);
}

#define JOB_VALUE_ARGUMENT(i) , v##i
#define JOB_ARGUMENTS \
  table EACH_VALUE(JOB_VALUE_ARGUMENT), partial, size, parts, left, right, exchange

WARPS_INLINE weight_gradients_by_warps(JOB_PARAMETERS, __local uint *left, __local uint *right,
                                       __local uint *exchange, const int precision) {
  JOB_OF_GROUP;
  float sums[WARP_SUMS] = {0.0f};
  float4 d[WARP_SHARE], slope[WARP_SHARE], v[WARP_SHARE];
  float4 bias[WARP_SHARE] = {0.0f, 0.0f};
  const int terms = terms_per_word(precision), aligned = job[JOB_ALIGNED];
  const int steps = (rows + WARP_DEPTH - 1) / WARP_DEPTH;
  const int length = (steps + parts - 1) / parts * WARP_DEPTH;
  const int start = place.w * length, end = min(rows, start + length);
  for (int k0 = start - WARP_DEPTH, side = 0; k0 < end; k0 += WARP_DEPTH, side = 1 - side) {
    WARP_UNROLL
    for (int i = 0; i < WARP_SHARE; i++) {
      const int e = WARP_ITEM + i / terms * WARP_GROUP, m = ACROSS_ROW(e);
      const int k = k0 + WARP_DEPTH + ACROSS_WORD(e) * terms + i % terms;
      const int count = k < end ? columns - top - m : 0;
      d[i] = load_quad(dy + k * dy_stride + m, count, aligned & ALIGNED_DY);
      if (has_saved)
        slope[i] = load_quad(saved + k * saved_stride + m, count, aligned & ALIGNED_DY);
      v[i] = load_quad(x + k * x_stride + m, k < end ? width - first - m : 0, aligned & ALIGNED_X);
    }
    if (k0 >= start)
      warps_multiply(precision, left + side * WARP_SIZE, right + side * WARP_SIZE, sums, exchange);
    WARP_UNROLL
    for (int i = 0; i < WARP_SHARE; i++) {
      if (has_saved) d[i] *= slope_of_quad(activation, slope[i]);
      bias[i / terms] += d[i];
    }
    keep_words_across(precision, left + (1 - side) * WARP_SIZE, d);
    keep_words_across(precision, right + (1 - side) * WARP_SIZE, v);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  RESULTS_OF_JOB;
  add_warp_slices((__local float *)left, sums);
#pragma unroll 1
  for (int s = 0; s < RESULT_SUMS; s += 2, next_pair(sums)) {
    const int row = PAIR_ROW(s), column = PAIR_COLUMN(s);
    WARP_UNROLL
    for (int c = 0; c < 2; c++)
      if (top + row < columns && first + column + c < width)
        put_gradient(dw, row * dw_stride + column + c, sums[c], dw_mode);
  }
  // An item has the same columns of d in every step: its words' share of their sums.
  __local float4 *biases = (__local float4 *)right;
  biases[WARP_ITEM] = bias[0];
  biases[WARP_GROUP + WARP_ITEM] = bias[1];
  barrier(CLK_LOCAL_MEM_FENCE);
  const int m = WARP_ITEM * 4;
  if (!has_db || m >= WARP_TILE) return;
  float4 sum = 0.0f;
#pragma unroll 4
  for (int i = 0; i < words_per_step(precision); i++)
    sum += biases[WARP_ITEM * words_per_step(precision) + i];
  put_quad(db + m, sum, columns - top - m, 0, db_mode);
}

__kernel BY_WARPS void weight_gradients_bf16(JOB_PARAMETERS) {
  WARP_MEMORY;
  weight_gradients_by_warps(JOB_ARGUMENTS, PRECISION_BF16);
}
__kernel BY_WARPS void weight_gradients_tf32(JOB_PARAMETERS) {
  WARP_MEMORY;
  weight_gradients_by_warps(JOB_ARGUMENTS, PRECISION_TF32);
}
__kernel BY_WARPS void weight_gradients_3xtf32(JOB_PARAMETERS) {
  WARP_MEMORY;
  weight_gradients_by_warps(JOB_ARGUMENTS, PRECISION_3XTF32);
}
#endif
