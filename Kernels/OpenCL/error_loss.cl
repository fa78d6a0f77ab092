// Mean over the columns of one row of an error between y and t, and its gradient.

#if LANES == 1
enum { SQUARED, ABSOLUTE, RELATIVE, SQUARED_RELATIVE };
#endif

// units: a scale for each column, then a shift; the original of x is scale·x + shift.
static inline void LANED(row_error)(__global const float *y, __global const float *t, int stride,
                                    int measure, __global const float *units, float epsilon,
                                    REALS weight, __global float *term, __global float *dy,
                                    int has_gradient, int accumulate, int columns) {
  const int isRelative = measure == RELATIVE || measure == SQUARED_RELATIVE;
  const int isSquared = measure == SQUARED || measure == SQUARED_RELATIVE;
  weight /= (float)columns;
  REALS sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    const REALS target = LOAD(t + c * stride);
    REALS scale = 1.0f;
    if (isRelative) scale = units[c] / (fabs(target * units[c] + units[columns + c]) + epsilon);
    const REALS e = (LOAD(y + c * stride) - target) * scale;
    REALS error = fabs(e), slope = sign(e);
    if (isSquared) {
      error = e * e;
      slope = 2.0f * e;
    }
    sum += error;
    if (has_gradient) LANED(contribute)(dy + c * stride, weight * slope * scale, accumulate);
  }
  STORE(sum / (float)columns, term);
}

#if LANES == 1
__kernel void error_loss(__global const float *y, __global const float *t, const int measure,
                         __global const float *units, const float epsilon,
                         __global const uint *clock, __global const float *weights,
                         __global float *terms, const int term, const int term_count,
                         __global float *dy, const int has_gradient, const int accumulate,
                         const int columns, const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  row_error(y + r * columns, t + r * columns, 1, measure, units, epsilon,
            row_weight(clock, weights, term, r), terms + r * term_count + term, dy + r * columns,
            has_gradient, accumulate, columns);
}
#else
static inline void LANED(chain_error_loss)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  LANED(row_error)
  (TILE_AT(ERROR_LOSS_Y), TILE_AT(ERROR_LOSS_T), TILE_ROWS, o[ERROR_LOSS_MEASURE],
   WHOLE(ERROR_LOSS_UNITS), REAL(ERROR_LOSS_EPSILON), TERM_WEIGHT(ERROR_LOSS_TERM),
   TERM_AT(ERROR_LOSS_TERM), OPTIONAL(ERROR_LOSS_DY), HAS(ERROR_LOSS_DY), ADDS(ERROR_LOSS_DY),
   o[ERROR_LOSS_COLUMNS]);
}
#endif
