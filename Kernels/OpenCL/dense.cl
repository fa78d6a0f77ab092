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
  __local float left[LEFT_SIZE], right[RIGHT_SIZE];
  float sums[SUM_ROWS * SUM_COLUMNS] = {0.0f};
  const side_by_side x = {x1, stride1, first1, width1, x2, stride2, first2, width2};
  const int item = get_local_id(0), depth = width1 + width2;
  const place p = product_place(get_group_id(0), rows, columns, depth, parts);
  for (int k0 = p.start; k0 < p.end; k0 += PRODUCT_STEP) {
    float run[VECTOR];
    for (int e = item; e < PRODUCT_ROWS * STEP_RUNS; e += PRODUCT_GROUP) {
      const int k = e % STEP_RUNS * VECTOR, i = e / STEP_RUNS, row = p.row + i;
      load_side_by_side(&x, min(row, rows - 1), row < rows ? k0 + k : depth, run);
      keep_along(left, LEFT_PITCH, k, i, precision, run);
    }
    for (int e = item; e < PRODUCT_COLUMNS * STEP_RUNS; e += PRODUCT_GROUP) {
      const int k = e % STEP_RUNS * VECTOR, i = e / STEP_RUNS, column = p.column + i;
      load_run(w + column * depth + k0 + k, column < columns ? depth - k0 - k : 0, run);
      keep_along(right, RIGHT_PITCH, k, i, precision, run);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    tile_multiply(left, right, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int i = 0; i < SUM_ROWS; i++) {
#pragma unroll
    for (int j = 0; j < SUM_COLUMNS; j++) {
      const int row = p.row + ITEM_ROW + i * GROUP_ROWS;
      const int column = p.column + ITEM_COLUMN + j * GROUP_COLUMNS;
      if (row >= rows || column >= columns) continue;
      const int at = row * columns + column;
      const float sum = sums[i * SUM_COLUMNS + j];
      if (parts > 1) {
        partial[(size_t)p.part * rows * columns + at] = sum;
      } else {
        // An activation that needs no input for its derivative passes y here too.
        before[at] = sum + b[column];
        y[at] = activate(activation, sum + b[column]);
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

// VECTOR columns of d = dy ∘ f′, of which `count` are there.
static inline void load_delta(__global const float *dy, __global const float *saved, int activation,
                              int at, int count, float *run) {
  float before[VECTOR];
  load_run(dy + at, count, run);
  load_run(saved + at, count, before);
#pragma unroll
  for (int v = 0; v < VECTOR; v++) run[v] *= activation_derivative(activation, before[v]);
}

// What happens to a gradient: nothing, or it is set, or added to. DenseGradient.swift has the same.
enum { NO_GRADIENT, SET_GRADIENT, ADD_GRADIENT };

static inline void put_gradient(__global float *out, size_t at, float x, int mode) {
  if (mode != NO_GRADIENT) contribute(out + at, x, mode == ADD_GRADIENT);
}

// Column c of [dx₁ dx₂], which lie like x₁ and x₂.
static inline void put_input_gradient(const side_by_side *x, __global float *dx1, int mode1,
                                      __global float *dx2, int mode2, int row, int c, float sum) {
  if (c < x->width1)
    put_gradient(dx1, row * x->stride1 + x->first1 + c, sum, mode1);
  else
    put_gradient(dx2, row * x->stride2 + x->first2 + c - x->width1, sum, mode2);
}

// [dx₁ dx₂] = (dy ∘ f′)·W, for `width` columns from `first` on.
__kernel __attribute__((reqd_work_group_size(PRODUCT_GROUP, 1, 1))) void dense_input_gradient(
    __global const float *dy, __global const float *saved, const int activation,
    __global const float *w, __global const float *x1, const int stride1, const int first1,
    const int width1, __global const float *x2, const int stride2, const int first2,
    const int width2, __global float *partial, const int first, const int width, const int parts,
    __global float *dx1, const int mode1, __global float *dx2, const int mode2, const int rows,
    const int columns, const int precision) {
  __local float left[LEFT_SIZE], right[RIGHT_SIZE];
  float sums[SUM_ROWS * SUM_COLUMNS] = {0.0f};
  const side_by_side x = {x1, stride1, first1, width1, x2, stride2, first2, width2};
  const int item = get_local_id(0), depth = width1 + width2;
  const place p = product_place(get_group_id(0), rows, width, columns, parts);
  for (int k0 = p.start; k0 < p.end; k0 += PRODUCT_STEP) {
    float run[VECTOR];
    for (int e = item; e < PRODUCT_ROWS * STEP_RUNS; e += PRODUCT_GROUP) {
      const int k = e % STEP_RUNS * VECTOR, i = e / STEP_RUNS, row = p.row + i;
      load_delta(dy, saved, activation, row * columns + k0 + k, row < rows ? columns - k0 - k : 0,
                 run);
      keep_along(left, LEFT_PITCH, k, i, precision, run);
    }
    for (int e = item; e < PRODUCT_STEP * RIGHT_RUNS; e += PRODUCT_GROUP) {
      const int i = e % RIGHT_RUNS * VECTOR, k = k0 + e / RIGHT_RUNS, column = p.column + i;
      load_run(w + k * depth + first + column, k < columns ? width - column : 0, run);
      keep_across(right, RIGHT_PITCH, e / RIGHT_RUNS, i, precision, run);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    tile_multiply(left, right, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int i = 0; i < SUM_ROWS; i++) {
#pragma unroll
    for (int j = 0; j < SUM_COLUMNS; j++) {
      const int row = p.row + ITEM_ROW + i * GROUP_ROWS;
      const int column = p.column + ITEM_COLUMN + j * GROUP_COLUMNS;
      const float sum = sums[i * SUM_COLUMNS + j];
      if (row >= rows || column >= width) continue;
      if (parts > 1)
        partial[((size_t)p.part * rows + row) * width + column] = sum;
      else
        put_input_gradient(&x, dx1, mode1, dx2, mode2, row, first + column, sum);
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
                       slot_sum(partial, parts, count, i));
}
