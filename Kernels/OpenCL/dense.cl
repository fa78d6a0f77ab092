// y = f([x₁ x₂]·Wᵀ + b): x is rows×depth, W columns×depth, y rows×columns.
//
// A product may be cut along its depth into parts, each of them a sum of its own in `partial`; a
// second kernel adds them up, in order.

__kernel __attribute__((reqd_work_group_size(PRODUCT_GROUP, 1, 1))) void dense(
    __global const float *x1, const int stride1, const int first1, const int width1,
    __global const float *x2, const int stride2, const int first2, const int width2,
    __global const float *w, __global float *partial, const int parts, __global const float *b,
    __global float *y, __global float *before, const int rows, const int columns,
    const int activation, const int precision) {
  TILE_MEMORY;
  float4 sums[SUM_QUADS], from_x[LEFT_SHARE], from_w[RIGHT_SHARE];
  const side_by_side x = {x1, stride1, first1, width1, x2, stride2, first2, width2};
  const int item = get_local_id(0), depth = width1 + width2;
  const int aligned1 = is_aligned1(&x, 0), aligned2 = is_aligned2(&x, 0);
  const place p = product_place(get_group_id(0), rows, columns, depth, parts);
  clear_sums(sums);
  for (int k0 = p.start - PRODUCT_STEP, side = 0; k0 < p.end; k0 += PRODUCT_STEP, side = 1 - side) {
#pragma unroll
    for (int i = 0; i < LEFT_SHARE; i++) {
      const int e = item + i * PRODUCT_GROUP, k = k0 + PRODUCT_STEP + e % STEP_QUADS * 4;
      const int row = p.row + e / STEP_QUADS;
      from_x[i] = load_side_by_side(&x, row, k, row < rows ? p.end - k : 0, aligned1, aligned2);
    }
#pragma unroll
    for (int i = 0; i < RIGHT_SHARE; i++) {
      const int e = item + i * PRODUCT_GROUP, k = k0 + PRODUCT_STEP + e % STEP_QUADS * 4;
      const int column = p.column + e / STEP_QUADS;
      from_w[i] =
          load_quad(w + column * depth + k, column < columns ? p.end - k : 0, depth % 4 == 0);
    }
    if (k0 >= p.start) tile_multiply(left + side * LEFT_SIZE, right + side * RIGHT_SIZE, sums);
    keep_left_along(left + (1 - side) * LEFT_SIZE, precision, from_x);
    keep_right_along(right + (1 - side) * RIGHT_SIZE, precision, from_w);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  add_slices((__local float4 *)memory, sums);
#pragma unroll 1
  for (int r = 0; r < RESULT_ROWS; r++, next_row(sums)) {
    const int row = p.row + TILE_ROW(r), aligned = columns % 4 == 0;
#pragma unroll
    for (int j = 0; j < ROW_QUADS; j++) {
      const int column = p.column + TILE_COLUMN(j), count = row < rows ? columns - column : 0;
      const int at = row * columns + column;
      if (parts > 1) {
        put_quad(partial + (size_t)p.part * rows * columns + at, sums[j], count, aligned,
                 SET_GRADIENT);
      } else {
        const float4 sum = sums[j] + load_quad(b + column, count, 1);
        // An activation that needs no input for its derivative passes y here too.
        if (before != y) put_quad(before + at, sum, count, aligned, SET_GRADIENT);
        put_quad(y + at, activate_quad(activation, sum), count, aligned, SET_GRADIENT);
      }
    }
  }
}

// y = f(Σ partial + b): the parts of a product, or the one part that a library has computed.
__kernel void dense_finish(__global const float *partial, const int parts, __global const float *b,
                           __global float *y, __global float *before, const int rows,
                           const int columns, const int activation) {
  const int i = get_global_id(0), count = rows * columns;
  if (i >= count) return;
  const float x = slot_sum(partial, parts, count, i) + b[i % columns];
  before[i] = x;
  y[i] = activate(activation, x);
}

// `count` columns of [dx₁ dx₂], which lie like x₁ and x₂, from column c on.
static inline void put_input_gradient(const side_by_side *x, __global float *dx1, int mode1,
                                      __global float *dx2, int mode2, int row, int c, float4 quad,
                                      int count, int aligned1, int aligned2) {
  const int end = x->width1 - c;
  __global float *to1 = dx1 + row * x->stride1 + x->first1 + c;
  __global float *to2 = dx2 + row * x->stride2 + x->first2 - end;
  if (end >= min(count, 4)) {
    put_quad(to1, quad, count, aligned1, mode1);
  } else if (end <= 0) {
    put_quad(to2, quad, count, aligned2, mode2);
  } else {
    put_quad(to1, quad, end, 0, mode1);
    if (end == 1 && count > 1) put_gradient(to2, 1, quad.y, mode2);
    if (end <= 2 && count > 2) put_gradient(to2, 2, quad.z, mode2);
    if (count > 3) put_gradient(to2, 3, quad.w, mode2);
  }
}

// [dx₁ dx₂] = (dy ∘ f′)·W, for `width` columns from `first` on.
__kernel __attribute__((reqd_work_group_size(PRODUCT_GROUP, 1, 1))) void dense_input_gradient(
    __global const float *dy, __global const float *saved, const int activation,
    __global const float *w, __global const float *x1, const int stride1, const int first1,
    const int width1, __global const float *x2, const int stride2, const int first2,
    const int width2, __global float *partial, const int first, const int width, const int parts,
    __global float *dx1, const int mode1, __global float *dx2, const int mode2, const int rows,
    const int columns, const int precision) {
  TILE_MEMORY;
  float4 sums[SUM_QUADS], d[LEFT_SHARE], slope[LEFT_SHARE], from_w[RIGHT_SHARE];
  const side_by_side x = {x1, stride1, first1, width1, x2, stride2, first2, width2};
  const int item = get_local_id(0), depth = width1 + width2, aligned = columns % 4 == 0;
  const place p = product_place(get_group_id(0), rows, width, columns, parts);
  clear_sums(sums);
  for (int k0 = p.start - PRODUCT_STEP, side = 0; k0 < p.end; k0 += PRODUCT_STEP, side = 1 - side) {
#pragma unroll
    for (int i = 0; i < LEFT_SHARE; i++) {
      const int e = item + i * PRODUCT_GROUP, k = k0 + PRODUCT_STEP + e % STEP_QUADS * 4;
      const int row = p.row + e / STEP_QUADS, count = row < rows ? p.end - k : 0;
      d[i] = load_quad(dy + row * columns + k, count, aligned);
      if (activation != IDENTITY) slope[i] = load_quad(saved + row * columns + k, count, aligned);
    }
#pragma unroll
    for (int i = 0; i < RIGHT_SHARE; i++) {
      const int e = item + i * PRODUCT_GROUP, k = k0 + PRODUCT_STEP + e / RIGHT_QUADS;
      const int column = p.column + e % RIGHT_QUADS * 4;
      from_w[i] = load_quad(w + k * depth + first + column, k < p.end ? width - column : 0,
                            depth % 4 == 0 && first % 4 == 0);
    }
    if (k0 >= p.start) tile_multiply(left + side * LEFT_SIZE, right + side * RIGHT_SIZE, sums);
#pragma unroll
    for (int i = 0; i < LEFT_SHARE; i++)
      if (activation != IDENTITY) d[i] *= slope_of_quad(activation, slope[i]);
    keep_left_along(left + (1 - side) * LEFT_SIZE, precision, d);
    keep_right_across(right + (1 - side) * RIGHT_SIZE, precision, from_w);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  add_slices((__local float4 *)memory, sums);
#pragma unroll 1
  for (int r = 0; r < RESULT_ROWS; r++, next_row(sums)) {
    const int row = p.row + TILE_ROW(r);
#pragma unroll
    for (int j = 0; j < ROW_QUADS; j++) {
      const int column = p.column + TILE_COLUMN(j), count = row < rows ? width - column : 0;
      if (parts > 1)
        put_quad(partial + ((size_t)p.part * rows + row) * width + column, sums[j], count,
                 width % 4 == 0, SET_GRADIENT);
      else
        put_input_gradient(&x, dx1, mode1, dx2, mode2, row, first + column, sums[j], count,
                           is_aligned1(&x, first), is_aligned2(&x, first));
    }
  }
}

// Adds up the parts of [dx₁ dx₂].
__kernel void dense_input_gradient_sum(__global const float *partial, const int stride1,
                                       const int first1, const int width1, const int stride2,
                                       const int first2, const int width2, const int first,
                                       const int width, const int parts, __global float *dx1,
                                       const int mode1, __global float *dx2, const int mode2,
                                       const int rows) {
  const side_by_side x = {dx1, stride1, first1, width1, dx2, stride2, first2, width2};
  const int i = get_global_id(0), count = rows * width;
  if (i < count)
    put_input_gradient(&x, dx1, mode1, dx2, mode2, i / width, first + i % width,
                       (float4)(slot_sum(partial, parts, count, i)), 1, 0, 0);
}
