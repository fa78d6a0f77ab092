// Mean over the columns of one row of an error between y and t, and its gradient.

enum { SQUARED, ABSOLUTE, RELATIVE, SQUARED_RELATIVE };

// units: a scale for each column, then a shift; the original of x is scale·x + shift.
static inline void error_loss(standing at, TILE const float *y, TILE const float *t, int measure,
                              __global const float *units, float epsilon,
                              __global const uint *clock, __global const float *weights, int term,
                              TILE float *out, TILE float *dy, int has_dy, int adds, int columns) {
  if (!OWNS_ROW) return;
  const int isRelative = measure == RELATIVE || measure == SQUARED_RELATIVE;
  const int isSquared = measure == SQUARED || measure == SQUARED_RELATIVE;
  const REALS weight = row_weight(clock, weights, term, at.row) / (float)columns;
  REALS sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    const REALS target = LOAD(AT(t, c));
    REALS scale = 1.0f;
    if (isRelative) scale = units[c] / (fabs(target * units[c] + units[columns + c]) + epsilon);
    const REALS e = (LOAD(AT(y, c)) - target) * scale;
    REALS error = fabs(e), slope = sign(e);
    if (isSquared) {
      error = e * e;
      slope = 2.0f * e;
    }
    sum += error;
    if (has_dy) contribute(AT(dy, c), weight * slope * scale, adds);
  }
  STORE(sum / (float)columns, out);
}
