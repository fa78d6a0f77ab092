// One row of a coupling: v = [x₁ x₂], v′ = [x₁, f(x₂)] with f one of transforms.cl, and
// y[order[j]] = v′[j]: the flip after a coupling is where it writes. A row of `parameters` is the
// first parameter of all active columns, then the second, and so on.
static inline void coupling(standing at, TILE const float *x, TILE const float *parameters,
                            __global const uint *order, TILE const float *before, int has_before,
                            TILE float *y, TILE float *log_det, int transform, int count,
                            float bound, int inverse, int passive, int active) {
  if (!OWNS_ROW) return;
  for (int j = 0; j < passive; j++) STORE(LOAD(AT(x, j)), AT(y, (int)order[j]));
  REALS sum = 0.0f;
  if (has_before) sum = LOAD(before);
  for (int j = 0; j < active; j++) {
    REALS log_slope;
    const REALS moved = transformed(transform, LOAD(AT(x, passive + j)), AT(parameters, j), active,
                                    count, bound, inverse, &log_slope);
    STORE(moved, AT(y, (int)order[passive + j]));
    sum += log_slope;
  }
  STORE(sum, log_det);
}

// dx = [g₁, what the transform makes of g₂ and dL] with g = dy[order[·]]: column by column, but for
// dL alike.
static inline void coupling_gradient(standing at, TILE const float *x, TILE const float *parameters,
                                     __global const uint *order, TILE const float *dy, int has_dy,
                                     TILE const float *dlog_det, int has_dlog_det, TILE float *dx,
                                     int has_dx, int adds_dx, TILE float *dparameters,
                                     int has_dparameters, int adds_dparameters, int transform,
                                     int count, float bound, int inverse, int passive, int active) {
  REALS dl = 0.0f;
  if (has_dlog_det) dl = LOAD(dlog_det);
  for (int c = COLUMN_ITEM; c < passive + active; c += COLUMN_ITEMS) {
    REALS d = 0.0f;
    if (has_dy) d = LOAD(AT(dy, (int)order[c]));
    if (c >= passive) {
      const int j = c - passive;
      d = transformed_gradient(transform, LOAD(AT(x, c)), AT(parameters, j), active, count, bound,
                               inverse, d, dl, AT(dparameters, j), has_dparameters,
                               adds_dparameters);
    }
    if (has_dx) contribute(AT(dx, c), d, adds_dx);
  }
}
