// −log p of one row under a standard normal: ½ Σ z² + ½ n ln 2π − log|det ∂z/∂x|
static inline void normal_likelihood(standing at, TILE const float *z, TILE const float *log_det,
                                     int has_log_det, __global const uint *clock,
                                     __global const float *weights, int term, TILE float *out,
                                     TILE float *dz, int has_dz, int adds_dz, TILE float *dlog_det,
                                     int has_dlog_det, int adds_dlog_det, int columns) {
  if (!OWNS_ROW) return;
  const REALS weight = row_weight(clock, weights, term, at.row);
  REALS sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    const REALS x = LOAD(AT(z, c));
    sum += x * x;
    if (has_dz) contribute(AT(dz, c), weight * x, adds_dz);
  }
  REALS before = 0.0f;
  if (has_log_det) before = LOAD(log_det);
  const float half_log_two_pi = 0.91893853f;
  STORE(0.5f * sum + columns * half_log_two_pi - before, out);
  if (has_dlog_det) contribute(dlog_det, -weight, adds_dlog_det);
}
