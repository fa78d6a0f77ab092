// Energy balance of one row: KE = Σ |p|²/2m from the momenta, PE = Σ qᵢqⱼ/rᵢⱼ from the positions,
// loss = |KE − PE| / KE or its square. Units: a scale for each column, then a shift.

// 1 / √(r² + δ²): two atoms in one place cost much, but not infinitely much.
static inline REALS LANED(softened_inverse)(const REALS *d) {
  const float delta = 1e-3f;
  return rsqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + delta * delta);
}

static inline REALS LANED(original)(__global const float *x, int stride,
                                    __global const float *units, int columns, int c) {
  return LOAD(x + c * stride) * units[c] + units[columns + c];
}

static inline void LANED(separation)(__global const float *x, int stride,
                                     __global const float *units, int columns, int i, int j,
                                     REALS *d) {
  for (int k = 0; k < 3; k++)
    d[k] = LANED(original)(x, stride, units, columns, 3 * i + k) -
           LANED(original)(x, stride, units, columns, 3 * j + k);
}

// molecule: the masses of the atoms, then their charges.
static inline void LANED(row_energy)(__global const float *x, __global const float *p, int stride,
                                     __global const float *molecule, __global const float *x_units,
                                     __global const float *p_units, int squared, REALS weight,
                                     __global float *term, __global float *dx, int has_gradient,
                                     int accumulate, int atoms) {
  const int columns = 3 * atoms;
  __global const float *masses = molecule, *charges = molecule + atoms;
  REALS ke = 0.0f;
  for (int c = 0; c < columns; c++)
    ke += LANED(square)(LANED(original)(p, stride, p_units, columns, c)) / (2.0f * masses[c / 3]);
  REALS pe = 0.0f;
  for (int i = 0; i < atoms; i++) {
    for (int j = 0; j < i; j++) {
      REALS d[3];
      LANED(separation)(x, stride, x_units, columns, i, j, d);
      pe += charges[i] * charges[j] * LANED(softened_inverse)(d);
    }
  }
  ke = fmax(ke, 1e-6f);
  const REALS e = (ke - pe) / ke;
  REALS error = fabs(e), slope = sign(e);
  if (squared) {
    error = e * e;
    slope = 2.0f * e;
  }
  STORE(error, term);
  if (!has_gradient) return;
  slope = -weight * slope / ke;
  for (int i = 0; i < atoms; i++) {
    REALS force[3] = {0.0f, 0.0f, 0.0f};
    for (int j = 0; j < atoms; j++) {
      REALS d[3];
      LANED(separation)(x, stride, x_units, columns, i, j, d);
      const REALS inverse = LANED(softened_inverse)(d);
      const float charge = j == i ? 0.0f : charges[i] * charges[j];
      for (int k = 0; k < 3; k++) force[k] -= charge * inverse * inverse * inverse * d[k];
    }
    for (int k = 0; k < 3; k++) {
      const int c = 3 * i + k;
      LANED(contribute)(dx + c * stride, slope * force[k] * x_units[c], accumulate);
    }
  }
}

#if LANES == 1
__kernel void energy_loss(__global const float *x, __global const float *p,
                          __global const float *molecule, __global const float *x_units,
                          __global const float *p_units, const int squared,
                          __global const uint *clock, __global const float *weights,
                          __global float *terms, const int term, const int term_count,
                          __global float *dx, const int has_gradient, const int accumulate,
                          const int atoms, const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int at = r * 3 * atoms;
  row_energy(x + at, p + at, 1, molecule, x_units, p_units, squared,
             row_weight(clock, weights, term, r), terms + r * term_count + term, dx + at,
             has_gradient, accumulate, atoms);
}
#else
static inline void LANED(chain_energy_loss)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  LANED(row_energy)
  (TILE_AT(ENERGY_LOSS_X), TILE_AT(ENERGY_LOSS_P), TILE_ROWS, WHOLE(ENERGY_LOSS_MOLECULE),
   WHOLE(ENERGY_LOSS_X_UNITS), WHOLE(ENERGY_LOSS_P_UNITS), o[ENERGY_LOSS_IS_SQUARED],
   TERM_WEIGHT(ENERGY_LOSS_TERM), TERM_AT(ENERGY_LOSS_TERM), OPTIONAL(ENERGY_LOSS_DX),
   HAS(ENERGY_LOSS_DX), ADDS(ENERGY_LOSS_DX), o[ENERGY_LOSS_ATOMS]);
}
#endif
