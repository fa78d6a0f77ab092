// out[·][order[j]] = x[·][j], or out[·][j] = x[·][order[j]]

__kernel void permute_columns(__global const float *x, __global const uint *order,
                              const int gathers, __global float *out, const int accumulate,
                              const int rows, const int columns) {
  const int i = get_global_id(0);
  if (i >= rows * columns) return;
  const int start = i / columns * columns, j = i % columns;
  const int there = start + (int)order[j];
  contribute(out + (gathers ? i : there), x[gathers ? there : i], accumulate);
}
