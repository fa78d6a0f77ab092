// y = x + σ·ε, with a standard deviation for each column.

// One work-item for four columns of a row.
__kernel void jitter(__global const float *x, __global const float *deviations,
                     __global const uint *clock, const int stream, __global float *y,
                     const int rows, const int columns) {
  const int blocks = (columns + 3) / 4;
  const int r = get_global_id(0) / blocks, block = get_global_id(0) % blocks;
  if (r >= rows) return;
  const float4 noise = latent_noise(clock, stream, r, block);
  for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
    const int c = block * 4 + i;
    y[r * columns + c] = x[r * columns + c] + deviations[c] * component(noise, i);
  }
}
