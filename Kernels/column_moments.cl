// moments = [Σ (x − a), Σ (x − a)²] over the first rows of each column, a an optional origin.

#define MOMENT_GROUP 64

// One work-group a column.
__kernel __attribute__((reqd_work_group_size(MOMENT_GROUP, 1, 1))) void column_moments(
    __global const float *x, __global const float *origin, const int has_origin,
    __global const uint *clock, const int has_clock, __global float *moments, const int accumulate,
    const int rows, const int columns) {
  __local float partial[MOMENT_GROUP];
  const int c = get_group_id(0), item = get_local_id(0);
  const int valid = has_clock ? min((int)clock[CLOCK_VALID_ROWS], rows) : rows;
  const float a = has_origin ? origin[c] : 0.0f;
  float sum = 0.0f, squares = 0.0f;
  for (int r = item; r < valid; r += MOMENT_GROUP) {
    const float d = x[r * columns + c] - a;
    sum += d;
    squares += d * d;
  }
  sum = group_sum(partial, item, MOMENT_GROUP, sum);
  squares = group_sum(partial, item, MOMENT_GROUP, squares);
  if (item == 0) {
    contribute(moments + c, sum, accumulate);
    contribute(moments + columns + c, squares, accumulate);
  }
}

// dx = d₀ + 2 (x − a)·d₁ in valid rows
__kernel void column_moments_gradient(__global const float *x, __global const float *origin,
                                      const int has_origin, __global const uint *clock,
                                      const int has_clock, __global const float *dmoments,
                                      __global float *dx, const int accumulate, const int rows,
                                      const int columns) {
  const int i = get_global_id(0);
  if (i >= rows * columns) return;
  const int r = i / columns, c = i % columns;
  const int valid = has_clock ? min((int)clock[CLOCK_VALID_ROWS], rows) : rows;
  const float d = x[i] - (has_origin ? origin[c] : 0.0f);
  contribute(dx + i, r < valid ? dmoments[c] + 2.0f * d * dmoments[columns + c] : 0.0f, accumulate);
}
