// −log p of one row under a standard normal: ½ Σ z² + ½ n ln 2π − log|det ∂z/∂x|

static inline void LANED(row_likelihood)(__global const float *z, int stride, REALS log_det,
                                         REALS weight, __global float *term, __global float *dz,
                                         int has_dz, int accumulate_dz, int columns) {
  REALS sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    const REALS x = LOAD(z + c * stride);
    sum += x * x;
    if (has_dz) LANED(contribute)(dz + c * stride, weight * x, accumulate_dz);
  }
  const float half_log_two_pi = 0.91893853f;
  STORE(0.5f * sum + columns * half_log_two_pi - log_det, term);
}

#if LANES == 1
__kernel void normal_likelihood(__global const float *z, __global const float *log_det,
                                const int has_log_det, __global const uint *clock,
                                __global const float *weights, __global float *terms,
                                const int term, const int term_count, __global float *dz,
                                const int has_dz, const int accumulate_dz, __global float *dlog_det,
                                const int has_dlog_det, const int accumulate_dlog_det,
                                const int columns, const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const float weight = row_weight(clock, weights, term, r);
  row_likelihood(z + r * columns, 1, has_log_det ? log_det[r] : 0.0f, weight,
                 terms + r * term_count + term, dz + r * columns, has_dz, accumulate_dz, columns);
  if (has_dlog_det) contribute(dlog_det + r, -weight, accumulate_dlog_det);
}
#else
static inline void LANED(chain_normal_likelihood)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  const REALS weight = TERM_WEIGHT(NORMAL_LIKELIHOOD_TERM);
  REALS log_det = 0.0f;
  if (HAS(NORMAL_LIKELIHOOD_LOG_DET)) log_det = LOAD(TILE_AT(NORMAL_LIKELIHOOD_LOG_DET));
  LANED(row_likelihood)
  (TILE_AT(NORMAL_LIKELIHOOD_Z), TILE_ROWS, log_det, weight, TERM_AT(NORMAL_LIKELIHOOD_TERM),
   OPTIONAL(NORMAL_LIKELIHOOD_DZ), HAS(NORMAL_LIKELIHOOD_DZ), ADDS(NORMAL_LIKELIHOOD_DZ),
   o[NORMAL_LIKELIHOOD_COLUMNS]);
  if (!HAS(NORMAL_LIKELIHOOD_DLOG_DET)) return;
  LANED(contribute)
  (TILE_AT(NORMAL_LIKELIHOOD_DLOG_DET), -weight, ADDS(NORMAL_LIKELIHOOD_DLOG_DET));
}
#endif
