// Energy balance of one row: KE = Σ |p|²/2m from the momenta, PE = Σ qᵢqⱼ/rᵢⱼ from the positions,
// loss = |KE − PE| / KE or its square. Units: a scale for each column, then a shift.

// 1 / √(r² + δ²): two atoms in one place cost much, but not infinitely much.
static inline REALS softened_inverse(const REALS *d) {
  const float delta = 1e-3f;
  return rsqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + delta * delta);
}

static inline REALS original(TILE const float *x, __global const float *units, int columns, int c) {
  return LOAD(AT(x, c)) * units[c] + units[columns + c];
}

static inline void separation(TILE const float *x, __global const float *units, int columns, int i,
                              int j, REALS *d) {
  for (int k = 0; k < 3; k++)
    d[k] = original(x, units, columns, 3 * i + k) - original(x, units, columns, 3 * j + k);
}

// molecule: the masses of the atoms, then their charges.
static inline void energy_loss(standing at, TILE const float *x, TILE const float *p,
                               __global const float *molecule, __global const float *x_units,
                               __global const float *p_units, int is_squared,
                               __global const uint *clock, __global const float *weights, int term,
                               TILE float *out, TILE float *dx, int has_dx, int adds, int atoms) {
  if (!OWNS_ROW) return;
  const int columns = 3 * atoms;
  __global const float *masses = molecule, *charges = molecule + atoms;
  REALS ke = 0.0f;
  for (int c = 0; c < columns; c++)
    ke += square(original(p, p_units, columns, c)) / (2.0f * masses[c / 3]);
  REALS pe = 0.0f;
  for (int i = 0; i < atoms; i++) {
    for (int j = 0; j < i; j++) {
      REALS d[3];
      separation(x, x_units, columns, i, j, d);
      pe += charges[i] * charges[j] * softened_inverse(d);
    }
  }
  ke = fmax(ke, 1e-6f);
  const REALS e = (ke - pe) / ke;
  REALS error = fabs(e), slope = sign(e);
  if (is_squared) {
    error = e * e;
    slope = 2.0f * e;
  }
  STORE(error, out);
  if (!has_dx) return;
  slope = -row_weight(clock, weights, term, at.row) * slope / ke;
  for (int i = 0; i < atoms; i++) {
    REALS force[3] = {0.0f, 0.0f, 0.0f};
    for (int j = 0; j < atoms; j++) {
      REALS d[3];
      separation(x, x_units, columns, i, j, d);
      const REALS inverse = softened_inverse(d);
      const float charge = j == i ? 0.0f : charges[i] * charges[j];
      for (int k = 0; k < 3; k++) force[k] -= charge * inverse * inverse * inverse * d[k];
    }
    for (int k = 0; k < 3; k++) {
      const int c = 3 * i + k;
      contribute(AT(dx, c), slope * force[k] * x_units[c], adds);
    }
  }
}
