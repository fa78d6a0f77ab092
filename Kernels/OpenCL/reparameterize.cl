// z = μ + ε·exp(½ v) with v = bound·tanh(log σ² / bound), and KL = ½ Σ (μ² + eᵛ − 1 − v).
// A row of statistics is μ, then log σ².

// What each work-item of a row adds up of the divergence comes into a column of its own of
// `divergence`; sum_parts adds these up.
static inline void reparameterize(standing at, TILE const float *statistics, TILE float *z,
                                  __global const uint *clock, int stream, float bound,
                                  TILE float *divergence, int has_divergence, int columns) {
  REALS sum = 0.0f;
  for (int block = COLUMN_ITEM; block * 4 < columns; block += COLUMN_ITEMS) {
    REALS noise[4];
    row_noise(clock, stream, at.row, block, noise);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int c = block * 4 + i;
      if (c >= columns) break;
      const REALS mean = LOAD(AT(statistics, c));
      const REALS v = bound * tanh(LOAD(AT(statistics, columns + c)) / bound);
      STORE(mean + noise[i] * exp(0.5f * v), AT(z, c));
      sum += 0.5f * (square(mean) + (expm1(v) - v));
    }
  }
  if (has_divergence && COLUMN_ITEM * 4 < columns) STORE(sum, AT(divergence, COLUMN_ITEM));
}

static inline void sum_parts(standing at, TILE const float *parts, TILE float *out, int columns) {
  if (!OWNS_ROW) return;
  REALS sum = 0.0f;
  for (int c = 0; c < COLUMN_ITEMS && c * 4 < columns; c++) sum += LOAD(AT(parts, c));
  STORE(sum, out);
}

// dμ = dz + w μ,  dv = dz·ε·½·exp(½ v) + w·½ (eᵛ − 1),  d log σ² = dv·(1 − tanh²)
static inline void reparameterize_gradient(standing at, TILE const float *statistics,
                                           TILE const float *dz, int has_dz,
                                           __global const uint *clock, int stream, float bound,
                                           __global const float *weights, int term,
                                           TILE float *dstatistics, int adds, int columns) {
  REALS weight = 0.0f;
  if (weights) weight = row_weight(clock, weights, term, at.row);
  for (int block = COLUMN_ITEM; block * 4 < columns; block += COLUMN_ITEMS) {
    REALS noise[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if (has_dz) row_noise(clock, stream, at.row, block, noise);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int c = block * 4 + i;
      if (c >= columns) break;
      const REALS mean = LOAD(AT(statistics, c));
      const REALS saturation = tanh(LOAD(AT(statistics, columns + c)) / bound);
      const REALS v = bound * saturation;
      REALS d = 0.0f;
      if (has_dz) d = LOAD(AT(dz, c));
      const REALS dv = 0.5f * (d * noise[i] * exp(0.5f * v) + weight * expm1(v));
      contribute(AT(dstatistics, c), d + weight * mean, adds);
      contribute(AT(dstatistics, columns + c), dv * (1.0f - square(saturation)), adds);
    }
  }
}
