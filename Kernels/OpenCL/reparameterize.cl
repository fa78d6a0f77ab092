// z = μ + ε·exp(½ v) with v = bound·tanh(log σ² / bound), and KL = ½ Σ (μ² + eᵛ − 1 − v).
// A row of statistics is μ, then log σ².

#define LATENT_GROUP 64

static inline REALS LANED(bounded)(REALS log_variance, float bound) {
  return bound * tanh(log_variance / bound);
}

static inline REALS LANED(divergence)(REALS mean, REALS v) {
  return 0.5f * (LANED(square)(mean) + (expm1(v) - v));
}

// dμ = dz + w μ,  dv = dz·ε·½·exp(½ v) + w·½ (eᵛ − 1),  d log σ² = dv·(1 − tanh²)
static inline void LANED(latent_gradient)(REALS mean, REALS log_variance, REALS dz, REALS noise,
                                          float bound, REALS weight, __global float *dmean,
                                          __global float *dlog_variance, int accumulate) {
  const REALS saturation = tanh(log_variance / bound);
  const REALS v = bound * saturation;
  const REALS dv = 0.5f * (dz * noise * exp(0.5f * v) + weight * expm1(v));
  LANED(contribute)(dmean, dz + weight * mean, accumulate);
  LANED(contribute)(dlog_variance, dv * (1.0f - LANED(square)(saturation)), accumulate);
}

#if LANES == 1
// One work-group a row.
__kernel __attribute__((reqd_work_group_size(LATENT_GROUP, 1, 1))) void reparameterize(
    __global const float *statistics, __global float *z, __global const uint *clock,
    const int stream, const float bound, __global float *terms, const int term,
    const int term_count, const int columns) {
  __local float partial[LATENT_GROUP];
  const int r = get_group_id(0), item = get_local_id(0);
  __global const float *mean = statistics + r * 2 * columns;
  __global const float *log_variance = mean + columns;
  float kl = 0.0f;
  for (int block = item; block * 4 < columns; block += LATENT_GROUP) {
    const float4 noise = latent_noise(clock, stream, r, block);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int c = block * 4 + i;
      const float v = bounded(log_variance[c], bound);
      z[r * columns + c] = mean[c] + component(noise, i) * exp(0.5f * v);
      kl += divergence(mean[c], v);
    }
  }
  kl = group_sum(partial, item, LATENT_GROUP, kl);
  if (item == 0 && term >= 0) terms[r * term_count + term] = kl;
}

__kernel void reparameterize_gradient(__global const float *statistics, __global const float *dz,
                                      const int has_dz, __global const uint *clock,
                                      const int stream, const float bound,
                                      __global const float *weights, const int term,
                                      __global float *dstatistics, const int accumulate,
                                      const int columns, const int rows) {
  const int blocks = (columns + 3) / 4;
  const int r = get_global_id(0) / blocks, block = get_global_id(0) % blocks;
  if (r >= rows) return;
  const float weight = term >= 0 ? row_weight(clock, weights, term, r) : 0.0f;
  const float4 noise = has_dz ? latent_noise(clock, stream, r, block) : (float4)(0.0f);
  for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
    const int c = block * 4 + i, at = r * 2 * columns + c;
    latent_gradient(statistics[at], statistics[at + columns], has_dz ? dz[r * columns + c] : 0.0f,
                    component(noise, i), bound, weight, dstatistics + at,
                    dstatistics + at + columns, accumulate);
  }
}
#else
static inline void LANED(chain_reparameterize)(CHAIN_ARGUMENTS) {
  const int columns = o[REPARAMETERIZE_COLUMNS];
  const float bound = REAL(REPARAMETERIZE_BOUND);
  REALS kl = 0.0f;
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4];
    LANED(row_noise)
    (WORDS_OF(REPARAMETERIZE_CLOCK), o[REPARAMETERIZE_STREAM], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int at = (block * 4 + i) * TILE_ROWS;
      const REALS mean = LOAD(TILE_AT(REPARAMETERIZE_STATISTICS) + at);
      const REALS v = LANED(bounded)(
          LOAD(TILE_AT(REPARAMETERIZE_STATISTICS) + at + columns * TILE_ROWS), bound);
      STORE(mean + noise[i] * exp(0.5f * v), TILE_AT(REPARAMETERIZE_Z) + at);
      kl += LANED(divergence)(mean, v);
    }
  }
  // Parts of the divergence, one for each column of work-items.
  if (HAS(REPARAMETERIZE_DIVERGENCE) && COLUMN_START * 4 < columns)
    STORE(kl, TILE_AT(REPARAMETERIZE_DIVERGENCE) + COLUMN_START * TILE_ROWS);
}

static inline void LANED(chain_sum_parts)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  REALS sum = 0.0f;
  for (int c = 0; c < COLUMN_STRIDE && c * 4 < o[SUM_PARTS_COLUMNS]; c++)
    sum += LOAD(TILE_AT(SUM_PARTS_PARTS) + c * TILE_ROWS);
  STORE(sum, TILE_AT(SUM_PARTS_OUT));
}

static inline void LANED(chain_reparameterize_gradient)(CHAIN_ARGUMENTS) {
  const int columns = o[REPARAMETERIZE_GRADIENT_COLUMNS], has_dz = HAS(REPARAMETERIZE_GRADIENT_DZ);
  __global const uint *clock = WORDS_OF(REPARAMETERIZE_GRADIENT_CLOCK);
  REALS weight = 0.0f;
  if (HAS(REPARAMETERIZE_GRADIENT_TERM))
    weight = LANED(row_weight)(clock, WHOLE(REPARAMETERIZE_GRADIENT_WEIGHTS),
                               o[REPARAMETERIZE_GRADIENT_TERM], base + CHAIN_ROW);
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if (has_dz)
      LANED(row_noise)(clock, o[REPARAMETERIZE_GRADIENT_STREAM], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int at = (block * 4 + i) * TILE_ROWS, half_row = columns * TILE_ROWS;
      REALS dz = 0.0f;
      if (has_dz) dz = LOAD(TILE_AT(REPARAMETERIZE_GRADIENT_DZ) + at);
      LANED(latent_gradient)
      (LOAD(TILE_AT(REPARAMETERIZE_GRADIENT_STATISTICS) + at),
       LOAD(TILE_AT(REPARAMETERIZE_GRADIENT_STATISTICS) + at + half_row), dz, noise[i],
       REAL(REPARAMETERIZE_GRADIENT_BOUND), weight,
       TILE_AT(REPARAMETERIZE_GRADIENT_DSTATISTICS) + at,
       TILE_AT(REPARAMETERIZE_GRADIENT_DSTATISTICS) + at + half_row,
       ADDS(REPARAMETERIZE_GRADIENT_DSTATISTICS));
    }
  }
}
#endif
