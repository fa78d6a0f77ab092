// components[c] = mean over the valid rows of terms[·][c];  total = Σ weights[c]·components[c];
// epoch sums grow by valid·component, valid·total and valid, with the rounding error carried along,
// unless the total is not finite.

#define SUM_GROUP 256

// sum += x, the low-order part of the true sum kept in error (Kahan). A sum that overflows is
// infinite from then on.
static inline void add_compensated(__global float *sum, __global float *error, float x) {
  const float corrected = x - *error;
  const float next = *sum + corrected;
  *error = isfinite(next) ? (next - *sum) - corrected : 0.0f;
  *sum = next;
}

// By one work-group. Others that call it, because barriers are for all, say that they do not.
static inline void sum_objective(__global const float *terms, __global const uint *clock,
                                 __global const float *weights, __global float *components,
                                 __global float *total, __global float *epoch_sums, int rows,
                                 int term_count, int is_asked, __local float *partial) {
  const int item = get_local_id(0), count = term_count;
  const int valid = is_asked ? min((int)clock[CLOCK_VALID_ROWS], rows) : 0;
  // An item keeps to its term, in every so many rows.
  int each = SUM_GROUP / count;
  const int row = item / count;
  float sum = 0.0f;
  for (int e = row < each ? item : valid * count; e < valid * count; e += each * count)
    sum += terms[e];
  partial[item] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  while (each > 1) {
    const int distance = (each + 1) / 2;
    if (row + distance < each) partial[item] += partial[item + distance * count];
    each = distance;
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (item != 0 || !is_asked) return;
  float weighted = 0.0f;
  for (int c = 0; c < count; c++) {
    components[c] = valid > 0 ? partial[c] / valid : 0.0f;
    // A term that is switched off must not spoil the total by being infinite.
    if (weights[c] != 0.0f) weighted += weights[c] * components[c];
  }
  total[0] = weighted;
  const int width = count + 2;
  if (isfinite(weighted)) {
    for (int c = 0; c < count; c++) {
      add_compensated(epoch_sums + c, epoch_sums + width + c, partial[c]);
    }
    add_compensated(epoch_sums + count, epoch_sums + width + count, weighted * valid);
    add_compensated(epoch_sums + count + 1, epoch_sums + width + count + 1, (float)valid);
  }
}

__kernel __attribute__((reqd_work_group_size(SUM_GROUP, 1, 1))) void objective_sum(
    __global const float *terms, __global const uint *clock, __global const float *weights,
    __global float *components, __global float *total, __global float *epoch_sums, const int rows,
    const int count) {
  __local float partial[SUM_GROUP];
  sum_objective(terms, clock, weights, components, total, epoch_sums, rows, count, 1, partial);
}
