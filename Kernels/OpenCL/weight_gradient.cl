// The gradients of the weights and biases of many dense layers, in one launch:
//
//   dW = dᵀ·x,   db = Σ d over the rows,   d = dy ∘ f′
//
// for one input x of a layer each. Values of a launch are given by their
// number. Where `parts` is more than 1, a work-group sums over one part of the
// rows only, in a block of its own in `partial` that is laid out like all
// gradients; they are added up afterwards, in order.

// The words of a job in the table; WeightGradientLaunch.swift has the same order. A value is its
// number, its first element and the distance of its rows; ROOM is how many columns may be read from
// there on, in every row.
enum {
  JOB_DY,
  JOB_DY_START,
  JOB_DY_STRIDE,
  JOB_DY_ROOM,
  JOB_SAVED,
  JOB_SAVED_START,
  JOB_SAVED_STRIDE,
  JOB_ACTIVATION,
  JOB_X,
  JOB_X_START,
  JOB_X_STRIDE,
  JOB_X_ROOM,
  JOB_WIDTH,
  JOB_DW,
  JOB_DW_START,
  JOB_DW_STRIDE,
  JOB_DW_MODE,
  JOB_DB,
  JOB_DB_START,
  JOB_DB_MODE,
  JOB_ROWS,
  JOB_COLUMNS,
  JOB_PRECISION,
  JOB_ALIGNED
};

// What can be read or written four numbers at a time.
enum { ALIGNED_DY = 1, ALIGNED_X = 2, ALIGNED_DW = 4 };

#define EACH_VALUE(f)                                                                         \
  f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15) f(16) \
      f(17) f(18) f(19) f(20) f(21) f(22) f(23)
#define VALUE_PARAMETER(i) , __global float *v##i
#define VALUE_CASE(i) \
  case i: return v##i;

// Not an array, which would be memory of every work-item.
static inline __global float *value_of(int number EACH_VALUE(VALUE_PARAMETER)) {
  switch (number) { EACH_VALUE(VALUE_CASE) }
  return v0;
}
#define VALUE(word)                                                                               \
  (value_of(job[word], v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, \
            v17, v18, v19, v20, v21, v22, v23) +                                                  \
   job[(word) + 1])

// Where a work-group of the table finds its job, and its place there. The arguments of the kernels.
#define JOB_PARAMETERS                                                                            \
  __global const int *table EACH_VALUE(VALUE_PARAMETER), __global float *partial, const int size, \
      const int parts
#define JOB_OF_GROUP                                                                          \
  const int4 place = ((__global const int4 *)table)[get_group_id(0)];                         \
  __global const int *job = table + place.x;                                                  \
  const int top = place.y, first = place.z, rows = job[JOB_ROWS], columns = job[JOB_COLUMNS], \
            width = job[JOB_WIDTH], has_saved = job[JOB_SAVED] >= 0,                          \
            activation = job[JOB_ACTIVATION], dy_stride = job[JOB_DY_STRIDE],                 \
            saved_stride = job[JOB_SAVED_STRIDE], x_stride = job[JOB_X_STRIDE];               \
  __global const float *dy = VALUE(JOB_DY) + top, *x = VALUE(JOB_X) + first;                  \
  __global const float *saved = has_saved ? VALUE(JOB_SAVED) + top : dy
// The same for what it computes; read afterwards, because registers are scarce.
#define RESULTS_OF_JOB                                                                  \
  const int dw_stride = job[JOB_DW_STRIDE],                                             \
            dw_mode = job[JOB_DW_MODE] && parts > 1 ? SET_GRADIENT : job[JOB_DW_MODE],  \
            db_mode = job[JOB_DB_MODE] && parts > 1 ? SET_GRADIENT : job[JOB_DB_MODE],  \
            has_db = db_mode != NO_GRADIENT && first == 0;                              \
  __global float *part = partial + (size_t)place.w * size;                              \
  __global float *dw =                                                                  \
      (parts > 1 ? part + job[JOB_DW_START] : VALUE(JOB_DW)) + top * dw_stride + first; \
  __global float *db = (parts > 1 ? part + job[JOB_DB_START] : VALUE(JOB_DB)) + top

// A work-item keeps to its columns of d, which it adds up for the biases on the way.
__kernel __attribute__((reqd_work_group_size(PRODUCT_GROUP, 1, 1))) void weight_gradients(
    JOB_PARAMETERS) {
  TILE_MEMORY;
  JOB_OF_GROUP;
  const int item = get_local_id(0), aligned = job[JOB_ALIGNED], precision = job[JOB_PRECISION];
  const int steps = (rows + PRODUCT_STEP - 1) / PRODUCT_STEP;
  const int length = (steps + parts - 1) / parts * PRODUCT_STEP;
  const int start = place.w * length, end = min(rows, start + length);
  const int m = item % LEFT_QUADS * 4, n = item % RIGHT_QUADS * 4;
  float4 sums[SUM_QUADS], d[LEFT_SHARE], slope[LEFT_SHARE], v[RIGHT_SHARE], bias = 0.0f;
  clear_sums(sums);
  for (int k0 = start - PRODUCT_STEP, side = 0; k0 < end; k0 += PRODUCT_STEP, side = 1 - side) {
#pragma unroll
    for (int i = 0; i < LEFT_SHARE; i++) {
      const int e = item + i * PRODUCT_GROUP, k = k0 + PRODUCT_STEP + e / LEFT_QUADS;
      const int count = k < end && e < STEP_QUADS * PRODUCT_ROWS ? columns - top - m : 0;
      d[i] = load_quad(dy + k * dy_stride + m, count, aligned & ALIGNED_DY);
      if (has_saved)
        slope[i] = load_quad(saved + k * saved_stride + m, count, aligned & ALIGNED_DY);
    }
#pragma unroll
    for (int i = 0; i < RIGHT_SHARE; i++) {
      const int k = k0 + PRODUCT_STEP + (item + i * PRODUCT_GROUP) / RIGHT_QUADS;
      v[i] = load_quad(x + k * x_stride + n, k < end ? width - first - n : 0, aligned & ALIGNED_X);
    }
    if (k0 >= start) tile_multiply(left + side * LEFT_SIZE, right + side * RIGHT_SIZE, sums);
#pragma unroll
    for (int i = 0; i < LEFT_SHARE; i++) {
      if (has_saved) d[i] *= slope_of_quad(activation, slope[i]);
      bias += d[i];
    }
    keep_left_across(left + (1 - side) * LEFT_SIZE, precision, d);
    keep_right_across(right + (1 - side) * RIGHT_SIZE, precision, v);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  RESULTS_OF_JOB;
  // Beyond what the slices leave there.
  __local float4 *biases = (__local float4 *)memory + (SLICES - 1) * SLICE_ITEMS * SUM_QUADS;
  biases[item] = bias;
  add_slices((__local float4 *)memory, sums);
#pragma unroll 1
  for (int r = 0; r < RESULT_ROWS; r++, next_row(sums)) {
    const int row = TILE_ROW(r);
#pragma unroll
    for (int j = 0; j < ROW_QUADS; j++) {
      const int column = TILE_COLUMN(j);
      put_quad(dw + row * dw_stride + column, sums[j],
               top + row < columns ? width - first - column : 0, aligned & ALIGNED_DW, dw_mode);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (!has_db || item >= LEFT_QUADS) return;
  for (int i = item + LEFT_QUADS; i < PRODUCT_GROUP; i += LEFT_QUADS) bias += biases[i];
  put_quad(db + m, bias, columns - top - m, 0, db_mode);
}

// The same for CPUs: a work-item has a tile of 8×16 sums, all rows, and no barriers.

// sums[j] += Σ d[j]·x over some rows.
#define MULTIPLY_ROWS(name, SPACE)                                                                 \
  static inline void name(float16 *sums, SPACE const float *d, int d_stride, SPACE const float *x, \
                          int x_stride, int rows) {                                                \
    float16 s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3], s4 = sums[4], s5 = sums[5],    \
            s6 = sums[6], s7 = sums[7];                                                            \
    for (int r = 0; r < rows; r++) {                                                               \
      const float16 v = vload16(0, x + (size_t)r * x_stride);                                      \
      SPACE const float *t = d + (size_t)r * d_stride;                                             \
      s0 = fma((float16)(t[0]), v, s0);                                                            \
      s1 = fma((float16)(t[1]), v, s1);                                                            \
      s2 = fma((float16)(t[2]), v, s2);                                                            \
      s3 = fma((float16)(t[3]), v, s3);                                                            \
      s4 = fma((float16)(t[4]), v, s4);                                                            \
      s5 = fma((float16)(t[5]), v, s5);                                                            \
      s6 = fma((float16)(t[6]), v, s6);                                                            \
      s7 = fma((float16)(t[7]), v, s7);                                                            \
    }                                                                                              \
    sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3, sums[4] = s4, sums[5] = s5,            \
    sums[6] = s6, sums[7] = s7;                                                                    \
  }
MULTIPLY_ROWS(multiply_rows, __global)
MULTIPLY_ROWS(multiply_copies, __private)

// At least the reals that are read at a time.
#define COPIED_ROWS 16

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void weight_gradients_by_items(
    JOB_PARAMETERS) {
  JOB_OF_GROUP;
  RESULTS_OF_JOB;
  const int precision = job[JOB_PRECISION];
  const int m_count = min(8, columns - top), n_count = min(16, width - first);
  // What lies beside the columns may be read, its sums are not written: other columns or, but for
  // the last rows, the next row.
  const int ends = job[JOB_DY_ROOM] < top + 8 || job[JOB_X_ROOM] < first + 16;
  const int whole =
      has_saved || is_narrowing(precision) ? 0 : max(0, rows - (ends ? COPIED_ROWS : 0));
  float16 sums[8] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
  float8 bias = 0.0f;
  multiply_rows(sums, dy, dy_stride, x, x_stride, whole);
  for (int r = 0; has_db && r < whole; r++) bias += vload8(0, dy + (size_t)r * dy_stride);
  for (int start = whole; start < rows; start += COPIED_ROWS) {
    float d[COPIED_ROWS * 8] = {0.0f}, v[COPIED_ROWS * 16] = {0.0f};
    const int count = min(COPIED_ROWS, rows - start);
    for (int r = 0; r < count; r++) {
      const size_t row = start + r;
      for (int c = 0; c < m_count; c++) {
        const float slope =
            has_saved ? activation_derivative(activation, saved[row * saved_stride + c]) : 1.0f;
        d[r * 8 + c] = dy[row * dy_stride + c] * slope;
      }
      bias += vload8(r, d);
      for (int c = 0; c < m_count; c++) d[r * 8 + c] = narrowed(precision, d[r * 8 + c]);
      for (int c = 0; c < n_count; c++) v[r * 16 + c] = narrowed(precision, x[row * x_stride + c]);
    }
    multiply_copies(sums, d, 8, v, 16, count);
  }
  for (int j = 0; j < m_count; j++) {
    float row[16];
    vstore16(sums[j], 0, row);
    for (int c = 0; c < n_count; c++) put_gradient(dw + (size_t)j * dw_stride, c, row[c], dw_mode);
  }
  float column[8];
  vstore8(bias, 0, column);
  for (int c = 0; has_db && c < m_count; c++) put_gradient(db, c, column[c], db_mode);
}

// g = or += Σ partial, for the runs of 128 that have a mode.
__kernel void weight_gradient_sum(__global const float *partial, const int parts,
                                  __global const uint *modes, __global float *g, const int count) {
  const int i = get_global_id(0);
  if (i < count && modes[i / 128] != NO_GRADIENT)
    put_gradient(g, i, slot_sum(partial, parts, count, i), modes[i / 128]);
}
