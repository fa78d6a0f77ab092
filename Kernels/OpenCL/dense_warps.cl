// The products of dense.cl by warps, with the same operands, for layers that narrow them.
#if defined(TENSOR_CORES) || defined(EMULATED_WARPS)

__kernel __attribute__((reqd_work_group_size(WARP_GROUP, 1, 1))) void dense_warps(
    __global const float *x1, const int stride1, const int first1, const int width1,
    __global const float *x2, const int stride2, const int first2, const int width2,
    __global const float *w, __global const float *b, __global float *y, __global float *before,
    const int rows, const int columns, const int activation, const int precision) {
  __local uint left[WARP_TILE * WARP_PITCH], right[WARP_TILE * WARP_PITCH];
  __local uint exchange[WARP_EXCHANGE];
  float sums[WARP_SUMS] = {0.0f};
  const side_by_side inputs = {x1, stride1, first1, width1, x2, stride2, first2, width2};
  const int depth = width1 + width2, terms = terms_per_word(precision);
  const int top = get_group_id(1) * WARP_TILE, first = get_group_id(0) * WARP_TILE;
  for (int k0 = 0; k0 < depth; k0 += WARP_STEP * terms) {
    for (int e = WARP_ITEM; e < WARP_TILE * WARP_STEP; e += WARP_GROUP) {
      const int at = e / WARP_STEP * WARP_PITCH + e % WARP_STEP;
      const int k = k0 + e % WARP_STEP * terms;
      const int row = top + e / WARP_STEP, column = first + e / WARP_STEP;
      float x[2] = {0.0f, 0.0f}, v[2] = {0.0f, 0.0f};
      WARP_UNROLL
      for (int i = 0; i < 2; i++) {
        if (i < terms && row < rows) x[i] = side_by_side_at(&inputs, row, k + i);
        if (i < terms && column < columns && k + i < depth) v[i] = w[column * depth + k + i];
      }
      left[at] = word(precision, x[0], x[1]);
      right[at] = word(precision, v[0], v[1]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    warps_multiply(precision, left, right, sums, exchange);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  WARP_UNROLL
  for (int s = 0; s < WARP_SUMS; s++) {
    const int row = top + SUM_ROW(s / 16, s % 4), column = first + SUM_COLUMN(s / 4 % 4, s % 4);
    if (row < rows && column < columns) {
      const float x = sums[s] + b[column];
      before[row * columns + column] = x;
      y[row * columns + column] = activate(activation, x);
    }
  }
}

__kernel __attribute__((reqd_work_group_size(WARP_GROUP, 1, 1))) void dense_warps_input_gradient(
    __global const float *dy, __global const float *saved, const int activation,
    __global const float *w, const int depth, const int first, __global float *dx, const int stride,
    const int first_out, const int width, const int rows, const int columns, const int accumulate,
    const int precision) {
  __local uint left[WARP_TILE * WARP_PITCH], right[WARP_TILE * WARP_PITCH];
  __local uint exchange[WARP_EXCHANGE];
  float sums[WARP_SUMS] = {0.0f};
  const int terms = terms_per_word(precision);
  const int top = get_group_id(1) * WARP_TILE, start = get_group_id(0) * WARP_TILE;
  for (int k0 = 0; k0 < columns; k0 += WARP_STEP * terms) {
    for (int e = WARP_ITEM; e < WARP_TILE * WARP_STEP; e += WARP_GROUP) {
      const int row = top + e / WARP_STEP, k = k0 + e % WARP_STEP * terms;
      // Neighbors in memory are columns of W, and rows of the tile.
      const int column = start + e % WARP_TILE, m = k0 + e / WARP_TILE * terms;
      float d[2] = {0.0f, 0.0f}, v[2] = {0.0f, 0.0f};
      WARP_UNROLL
      for (int i = 0; i < 2; i++) {
        const int at = row * columns + k + i;
        if (i < terms && row < rows && k + i < columns)
          d[i] = dy[at] * activation_derivative(activation, saved[at]);
        if (i < terms && column < width && m + i < columns)
          v[i] = w[(m + i) * depth + first + column];
      }
      left[e / WARP_STEP * WARP_PITCH + e % WARP_STEP] = word(precision, d[0], d[1]);
      right[e % WARP_TILE * WARP_PITCH + e / WARP_TILE] = word(precision, v[0], v[1]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    warps_multiply(precision, left, right, sums, exchange);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  WARP_UNROLL
  for (int s = 0; s < WARP_SUMS; s++) {
    const int row = top + SUM_ROW(s / 16, s % 4), column = start + SUM_COLUMN(s / 4 % 4, s % 4);
    if (row < rows && column < width)
      contribute(dx + row * stride + first_out + column, sums[s], accumulate);
  }
}

__kernel __attribute__((reqd_work_group_size(WARP_GROUP, 1, 1))) void dense_warps_weight_gradient(
    __global const float *dy, __global const float *saved, const int activation,
    __global const float *x1, const int stride1, const int first1, const int width1,
    __global const float *x2, const int stride2, const int first2, const int width2,
    __global float *dw, const int has_dw, const int accumulate_dw, __global float *db,
    const int has_db, const int accumulate_db, const int rows, const int columns,
    const int precision) {
  __local uint left[WARP_TILE * WARP_PITCH], right[WARP_TILE * WARP_PITCH];
  __local uint exchange[WARP_EXCHANGE];
  float sums[WARP_SUMS] = {0.0f};
  __local float halves[WARP_GROUP];
  // Of d as it is, in one column of the tile and every other word: a work-item keeps to its column.
  float bias = 0.0f;
  const side_by_side inputs = {x1, stride1, first1, width1, x2, stride2, first2, width2};
  const int depth = width1 + width2, terms = terms_per_word(precision);
  const int top = get_group_id(1) * WARP_TILE, first = get_group_id(0) * WARP_TILE;
  for (int k0 = 0; k0 < rows; k0 += WARP_STEP * terms) {
    for (int e = WARP_ITEM; e < WARP_TILE * WARP_STEP; e += WARP_GROUP) {
      const int at = e % WARP_TILE * WARP_PITCH + e / WARP_TILE;
      const int m = top + e % WARP_TILE, n = first + e % WARP_TILE;
      float d[2] = {0.0f, 0.0f}, x[2] = {0.0f, 0.0f};
      WARP_UNROLL
      for (int i = 0; i < 2; i++) {
        const int row = k0 + e / WARP_TILE * terms + i;
        if (i < terms && row < rows && m < columns)
          d[i] =
              dy[row * columns + m] * activation_derivative(activation, saved[row * columns + m]);
        if (i < terms && row < rows) x[i] = side_by_side_at(&inputs, row, n);
        bias += d[i];
      }
      left[at] = word(precision, d[0], d[1]);
      right[at] = word(precision, x[0], x[1]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    warps_multiply(precision, left, right, sums, exchange);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  WARP_UNROLL
  for (int s = 0; s < WARP_SUMS; s++) {
    const int m = top + SUM_ROW(s / 16, s % 4), n = first + SUM_COLUMN(s / 4 % 4, s % 4);
    if (has_dw && m < columns && n < depth) contribute(dw + m * depth + n, sums[s], accumulate_dw);
  }
  halves[WARP_ITEM] = bias;
  barrier(CLK_LOCAL_MEM_FENCE);
  const int m = top + WARP_ITEM;
  if (has_db && WARP_ITEM < WARP_TILE && m < columns && get_group_id(0) == 0)
    contribute(db + m, halves[WARP_ITEM] + halves[WARP_ITEM + WARP_TILE], accumulate_db);
}
#endif
