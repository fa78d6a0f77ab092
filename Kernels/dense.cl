// y = f([x₁ x₂]·Wᵀ + b): x is rows×depth, W columns×depth, y rows×columns.

__kernel __attribute__((reqd_work_group_size(GROUP, GROUP, 1))) void dense(
    __global const float *x1, const int stride1, const int first1, const int width1,
    __global const float *x2, const int stride2, const int first2, const int width2,
    __global const float *w, __global const float *b, __global float *y, __global float *before,
    const int rows, const int columns, const int activation, const int precision) {
  __local float left[STEP * PITCH], right[STEP * PITCH];
  float sums[PER_ITEM * PER_ITEM] = {0.0f};
  const int depth = width1 + width2;
  for (int k0 = 0; k0 < depth; k0 += STEP) {
    for (int e = ITEM; e < TILE * STEP; e += GROUP * GROUP) {
      const int k = e % STEP, i = e / STEP;
      const int row = TILE_ROW + i, column = TILE_COLUMN + i;
      const float x = row < rows ? side_by_side(x1, stride1, first1, width1, x2, stride2, first2,
                                                width2, row, k0 + k)
                                 : 0.0f;
      left[k * PITCH + i] = narrowed(precision, x);
      right[k * PITCH + i] = column < columns && k0 + k < depth
                                 ? narrowed(precision, w[column * depth + k0 + k])
                                 : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    tile_multiply(left, right, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (int i = 0; i < PER_ITEM; i++) {
    for (int j = 0; j < PER_ITEM; j++) {
      const int row = TILE_ROW + get_local_id(1) * PER_ITEM + i;
      const int column = TILE_COLUMN + get_local_id(0) * PER_ITEM + j;
      if (row < rows && column < columns) {
        const float x = sums[i * PER_ITEM + j] + b[column];
        // An activation that needs no input for its derivative passes y here too.
        before[row * columns + column] = x;
        y[row * columns + column] = activate(activation, x);
      }
    }
  }
}

// y = f(y + b), after a library has computed the product.
__kernel void dense_finish(__global const float *b, __global float *y, __global float *before,
                           const int rows, const int columns, const int activation) {
  const int i = get_global_id(0);
  if (i < rows * columns) {
    const float x = y[i] + b[i % columns];
    before[i] = x;
    y[i] = activate(activation, x);
  }
}

// dx = d·W for some columns of W, with d = dy ∘ f′.
__kernel __attribute__((reqd_work_group_size(GROUP, GROUP, 1))) void dense_input_gradient(
    __global const float *dy, __global const float *saved, const int activation,
    __global const float *w, const int depth, const int first, __global float *dx, const int stride,
    const int first_out, const int width, const int rows, const int columns, const int accumulate,
    const int precision) {
  __local float left[STEP * PITCH], right[STEP * PITCH];
  float sums[PER_ITEM * PER_ITEM] = {0.0f};
  for (int k0 = 0; k0 < columns; k0 += STEP) {
    for (int e = ITEM; e < TILE * STEP; e += GROUP * GROUP) {
      const int k = e % STEP, row = TILE_ROW + e / STEP;
      const int at = row * columns + k0 + k;
      const float d = row < rows && k0 + k < columns
                          ? dy[at] * activation_derivative(activation, saved[at])
                          : 0.0f;
      left[k * PITCH + e / STEP] = narrowed(precision, d);
      const int j = e % TILE, column = TILE_COLUMN + j, m = k0 + e / TILE;
      right[e / TILE * PITCH + j] =
          column < width && m < columns ? narrowed(precision, w[m * depth + first + column]) : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    tile_multiply(left, right, sums);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (int i = 0; i < PER_ITEM; i++) {
    for (int j = 0; j < PER_ITEM; j++) {
      const int row = TILE_ROW + get_local_id(1) * PER_ITEM + i;
      const int column = TILE_COLUMN + get_local_id(0) * PER_ITEM + j;
      if (row < rows && column < width)
        contribute(dx + row * stride + first_out + column, sums[i * PER_ITEM + j], accumulate);
    }
  }
}

// dW = dᵀ·[x₁ x₂] and db = Σ d over the rows, with d = dy ∘ f′.
__kernel __attribute__((reqd_work_group_size(GROUP, GROUP, 1))) void dense_weight_gradient(
    __global const float *dy, __global const float *saved, const int activation,
    __global const float *x1, const int stride1, const int first1, const int width1,
    __global const float *x2, const int stride2, const int first2, const int width2,
    __global float *dw, const int has_dw, const int accumulate_dw, __global float *db,
    const int has_db, const int accumulate_db, const int rows, const int columns,
    const int precision) {
  // d as it is, for its sums, and as it is multiplied.
  __local float d[STEP * PITCH], left[STEP * PITCH], right[STEP * PITCH];
  float sums[PER_ITEM * PER_ITEM] = {0.0f};
  float bias[PER_ITEM] = {0.0f};
  const int depth = width1 + width2;
  for (int k0 = 0; k0 < rows; k0 += STEP) {
    for (int e = ITEM; e < TILE * STEP; e += GROUP * GROUP) {
      const int i = e % TILE, k = e / TILE, row = k0 + k;
      const int m = TILE_ROW + i, at = row * columns + m;
      d[k * PITCH + i] =
          row < rows && m < columns ? dy[at] * activation_derivative(activation, saved[at]) : 0.0f;
      left[k * PITCH + i] = narrowed(precision, d[k * PITCH + i]);
      const float x = row < rows ? side_by_side(x1, stride1, first1, width1, x2, stride2, first2,
                                                width2, row, TILE_COLUMN + i)
                                 : 0.0f;
      right[k * PITCH + i] = narrowed(precision, x);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    tile_multiply(left, right, sums);
    for (int k = 0; k < STEP; k++)
      for (int i = 0; i < PER_ITEM; i++) bias[i] += d[k * PITCH + get_local_id(1) * PER_ITEM + i];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (int i = 0; i < PER_ITEM; i++) {
    const int m = TILE_ROW + get_local_id(1) * PER_ITEM + i;
    for (int j = 0; j < PER_ITEM; j++) {
      const int n = TILE_COLUMN + get_local_id(0) * PER_ITEM + j;
      if (has_dw && m < columns && n < depth)
        contribute(dw + m * depth + n, sums[i * PER_ITEM + j], accumulate_dw);
    }
    if (has_db && m < columns && get_global_id(0) == 0) contribute(db + m, bias[i], accumulate_db);
  }
}
