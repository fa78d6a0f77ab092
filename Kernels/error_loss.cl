// Mean over the columns of one row of an error between y and t, and its gradient.

enum { SQUARED, ABSOLUTE, RELATIVE, SQUARED_RELATIVE };

// units: a scale for each column, then a shift; the original of x is scale·x + shift.
__kernel void error_loss(__global const float *y, __global const float *t, const int measure,
                         __global const float *units, const float epsilon,
                         __global const uint *clock, __global const float *weights,
                         __global float *terms, const int term, const int term_count,
                         __global float *dy, const int has_gradient, const int accumulate,
                         const int rows, const int columns) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const float weight = row_weight(clock, weights, term, r) / columns;
  const int isRelative = measure == RELATIVE || measure == SQUARED_RELATIVE;
  const int isSquared = measure == SQUARED || measure == SQUARED_RELATIVE;
  float sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    const int i = r * columns + c;
    float scale = 1.0f;
    if (isRelative) scale = units[c] / (fabs(t[i] * units[c] + units[columns + c]) + epsilon);
    const float e = (y[i] - t[i]) * scale;
    sum += isSquared ? e * e : fabs(e);
    const float slope = isSquared ? 2.0f * e : sign(e);
    if (has_gradient) contribute(dy + i, weight * slope * scale, accumulate);
  }
  terms[r * term_count + term] = sum / columns;
}
