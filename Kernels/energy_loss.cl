// Energy balance of one row: KE = Σ |p|²/2m from the momenta, PE = Σ qᵢqⱼ/rᵢⱼ from the positions,
// loss = |KE − PE| / KE or its square. Units: a scale for each column, then a shift.

// 1 / √(r² + δ²): two atoms in one place cost much, but not infinitely much.
static inline float softened_inverse(const float *d) {
  const float delta = 1e-3f;
  return rsqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + delta * delta);
}

static inline float original(__global const float *x, __global const float *units, int columns,
                             int row, int c) {
  return x[row * columns + c] * units[c] + units[columns + c];
}

static inline void separation(__global const float *x, __global const float *units, int columns,
                              int row, int i, int j, float *d) {
  for (int k = 0; k < 3; k++)
    d[k] =
        original(x, units, columns, row, 3 * i + k) - original(x, units, columns, row, 3 * j + k);
}

// molecule: the masses of the atoms, then their charges.
__kernel void energy_loss(__global const float *x, __global const float *p,
                          __global const float *molecule, __global const float *x_units,
                          __global const float *p_units, const int squared,
                          __global const uint *clock, __global const float *weights,
                          __global float *terms, const int term, const int term_count,
                          __global float *dx, const int has_gradient, const int accumulate,
                          const int rows, const int atoms) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int columns = 3 * atoms;
  __global const float *masses = molecule, *charges = molecule + atoms;
  float ke = 0.0f;
  for (int c = 0; c < columns; c++)
    ke += square(original(p, p_units, columns, r, c)) / (2.0f * masses[c / 3]);
  float pe = 0.0f;
  for (int i = 0; i < atoms; i++) {
    for (int j = 0; j < i; j++) {
      float d[3];
      separation(x, x_units, columns, r, i, j, d);
      pe += charges[i] * charges[j] * softened_inverse(d);
    }
  }
  ke = fmax(ke, 1e-6f);
  const float e = (ke - pe) / ke;
  terms[r * term_count + term] = squared ? e * e : fabs(e);
  if (!has_gradient) return;
  const float slope = -row_weight(clock, weights, term, r) * (squared ? 2.0f * e : sign(e)) / ke;
  for (int i = 0; i < atoms; i++) {
    float force[3] = {0.0f, 0.0f, 0.0f};
    for (int j = 0; j < atoms; j++) {
      float d[3];
      separation(x, x_units, columns, r, i, j, d);
      const float inverse = softened_inverse(d);
      const float strength = j == i ? 0.0f : charges[i] * charges[j] * inverse * inverse * inverse;
      for (int k = 0; k < 3; k++) force[k] -= strength * d[k];
    }
    for (int k = 0; k < 3; k++) {
      const int c = 3 * i + k;
      contribute(dx + r * columns + c, slope * force[k] * x_units[c], accumulate);
    }
  }
}
