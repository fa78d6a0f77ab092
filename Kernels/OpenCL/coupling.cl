// One row of a coupling: v = [x₁ x₂], v′ = [x₁, f(x₂)] with f one of transforms.cl, and
// y[order[j]] = v′[j]: the flip after a coupling is where it writes. A row of `parameters` is the
// first parameter of all active columns, then the second, and so on.

// Returns the row's addition to log|det|.
static inline REALS LANED(row_coupling)(__global const float *x, __global const float *parameters,
                                        int stride, __global const uint *order, __global float *y,
                                        int transform, int count, float bound, int inverse,
                                        int passive, int active) {
  REALS sum = 0.0f;
  for (int j = 0; j < passive; j++) STORE(LOAD(x + j * stride), y + (int)order[j] * stride);
  for (int j = 0; j < active; j++) {
    REALS log_slope;
    const REALS moved =
        LANED(transformed)(transform, LOAD(x + (passive + j) * stride), parameters + j * stride,
                           active * stride, count, bound, inverse, &log_slope);
    STORE(moved, y + (int)order[passive + j] * stride);
    sum += log_slope;
  }
  return sum;
}

// dx = [g₁, what the transform makes of g₂ and dL] with g = dy[order[·]].
static inline void LANED(row_coupling_gradient)(
    __global const float *x, __global const float *parameters, int stride,
    __global const uint *order, __global const float *dy, int has_dy, REALS dl, __global float *dx,
    int has_dx, int accumulate_dx, __global float *dparameters, int has_dparameters,
    int accumulate_dparameters, int transform, int count, float bound, int inverse, int passive,
    int active) {
  for (int j = 0; j < passive && has_dx; j++) {
    REALS g = 0.0f;
    if (has_dy) g = LOAD(dy + (int)order[j] * stride);
    LANED(contribute)(dx + j * stride, g, accumulate_dx);
  }
  for (int j = 0; j < active; j++) {
    REALS g = 0.0f;
    if (has_dy) g = LOAD(dy + (int)order[passive + j] * stride);
    const REALS d = LANED(transformed_gradient)(transform, LOAD(x + (passive + j) * stride),
                                                parameters + j * stride, active * stride, count,
                                                bound, inverse, g, dl, dparameters + j * stride,
                                                has_dparameters, accumulate_dparameters);
    if (has_dx) LANED(contribute)(dx + (passive + j) * stride, d, accumulate_dx);
  }
}

#if LANES == 1
__kernel void coupling(__global const float *x, __global const float *parameters,
                       __global const uint *order, __global const float *log_det_before,
                       const int has_log_det, __global float *y, __global float *log_det,
                       const int transform, const int count, const float bound, const int inverse,
                       const int passive, const int active, const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int at = r * (passive + active);
  const float before = has_log_det ? log_det_before[r] : 0.0f;
  log_det[r] = before + row_coupling(x + at, parameters + r * count * active, 1, order, y + at,
                                     transform, count, bound, inverse, passive, active);
}

__kernel void coupling_gradient(__global const float *x, __global const float *parameters,
                                __global const uint *order, __global const float *dy,
                                const int has_dy, __global const float *dlog_det,
                                const int has_dlog_det, __global float *dx, const int has_dx,
                                const int accumulate_dx, __global float *dparameters,
                                const int has_dparameters, const int accumulate_dparameters,
                                const int transform, const int count, const float bound,
                                const int inverse, const int passive, const int active,
                                const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int at = r * (passive + active), p = r * count * active;
  row_coupling_gradient(x + at, parameters + p, 1, order, dy + at, has_dy,
                        has_dlog_det ? dlog_det[r] : 0.0f, dx + at, has_dx, accumulate_dx,
                        dparameters + p, has_dparameters, accumulate_dparameters, transform, count,
                        bound, inverse, passive, active);
}
#else
static inline void LANED(chain_coupling)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  REALS sum = LANED(row_coupling)(TILE_AT(COUPLING_X), TILE_AT(COUPLING_PARAMETERS), TILE_ROWS,
                                  WORDS_OF(COUPLING_ORDER), TILE_AT(COUPLING_Y),
                                  o[COUPLING_TRANSFORM], o[COUPLING_COUNT], REAL(COUPLING_BOUND),
                                  o[COUPLING_INVERSE], o[COUPLING_PASSIVE], o[COUPLING_ACTIVE]);
  if (HAS(COUPLING_BEFORE)) sum += LOAD(TILE_AT(COUPLING_BEFORE));
  STORE(sum, TILE_AT(COUPLING_LOG_DET));
}

static inline void LANED(chain_coupling_gradient)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  REALS dl = 0.0f;
  if (HAS(COUPLING_GRADIENT_DLOG_DET)) dl = LOAD(TILE_AT(COUPLING_GRADIENT_DLOG_DET));
  LANED(row_coupling_gradient)
  (TILE_AT(COUPLING_GRADIENT_X), TILE_AT(COUPLING_GRADIENT_PARAMETERS), TILE_ROWS,
   WORDS_OF(COUPLING_GRADIENT_ORDER), OPTIONAL(COUPLING_GRADIENT_DY), HAS(COUPLING_GRADIENT_DY), dl,
   OPTIONAL(COUPLING_GRADIENT_DX), HAS(COUPLING_GRADIENT_DX), ADDS(COUPLING_GRADIENT_DX),
   OPTIONAL(COUPLING_GRADIENT_DPARAMETERS), HAS(COUPLING_GRADIENT_DPARAMETERS),
   ADDS(COUPLING_GRADIENT_DPARAMETERS), o[COUPLING_GRADIENT_TRANSFORM], o[COUPLING_GRADIENT_COUNT],
   REAL(COUPLING_GRADIENT_BOUND), o[COUPLING_GRADIENT_INVERSE], o[COUPLING_GRADIENT_PASSIVE],
   o[COUPLING_GRADIENT_ACTIVE]);
}
#endif
