// Tried before anything else is computed by warps: one tile, one step of the depth.

__kernel __attribute__((reqd_work_group_size(WARP_GROUP, 1, 1))) void tensor_probe(
    __global const float *a, __global const float *b, __global float *c, const int precision) {
  WARP_MEMORY;
  float sums[WARP_SUMS] = {0.0f};
  const int terms = terms_per_word(precision), words = words_per_step(precision);
  for (int e = WARP_ITEM; e < WARP_TILE * words; e += WARP_GROUP) {
    const int at = e / words * WARP_PITCH + e % words;
    const int from = e / words * WARP_DEPTH + e % words * terms;
    left[at] = word(precision, a[from], a[from + terms - 1]);
    right[at] = word(precision, b[from], b[from + terms - 1]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  warps_multiply(precision, left, right, sums, exchange);
  barrier(CLK_LOCAL_MEM_FENCE);
  add_warp_slices((__local float *)left, sums);
  WARP_UNROLL
  for (int s = 0; s < WARP_SUMS; s++) {
    if (WARP_ITEM < WARP_SLICE)
      c[SUM_ROW(s / 16, s % 4) * WARP_TILE + SUM_COLUMN(s / 4 % 4, s % 4)] = sums[s];
  }
}
