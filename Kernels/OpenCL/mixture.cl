// A mixture of K normals in n columns, as a network gives it in a row:
//
//   [K logits a | K×n means μ | K×n numbers u],  log σ = center + half·tanh(u / half)

#if LANES == 1
typedef struct {
  __global const float *logits, *means, *scales;
  // From one number of a row to the next.
  int stride;
  int components, columns;
  float center, half_range;
} mixture;

static inline mixture mixture_at(__global const float *x, int stride, int components, int columns,
                                 float center, float half_range) {
  mixture m = {x,
               x + components * stride,
               x + components * (1 + columns) * stride,
               stride,
               components,
               columns,
               center,
               half_range};
  return m;
}
#endif

static inline REALS LANED(mixture_bend)(mixture m, int i) {
  return tanh(LOAD(m.scales + i * m.stride) / m.half_range);
}

static inline REALS LANED(log_deviation)(mixture m, int i) {
  return m.center + m.half_range * LANED(mixture_bend)(m, i);
}

// log Σ exp(x)
static inline REALS LANED(log_sum)(__global const float *x, int stride, int count) {
  REALS largest = LOAD(x);
  for (int j = 1; j < count; j++) largest = fmax(largest, LOAD(x + j * stride));
  REALS sum = 0.0f;
  for (int j = 0; j < count; j++) sum += exp(LOAD(x + j * stride) - largest);
  return largest + log(sum);
}

static inline REALS LANED(log_normalizer)(mixture m) {
  return LANED(log_sum)(m.logits, m.stride, m.components);
}

// π_j
static inline REALS LANED(mixture_weight)(mixture m, int j, REALS normalizer) {
  return exp(LOAD(m.logits + j * m.stride) - normalizer);
}

// a_j − Σ (log σ + ½ ((t − μ)/σ)²): the logarithm of a component's part, but for constants.
static inline REALS LANED(log_part)(mixture m, int j, __global const float *t) {
  REALS part = LOAD(m.logits + j * m.stride);
  for (int c = 0; c < m.columns; c++) {
    const int i = j * m.columns + c;
    const REALS s = LANED(log_deviation)(m, i);
    const REALS distance = LOAD(t + c * m.stride) - LOAD(m.means + i * m.stride);
    part -= s + 0.5f * LANED(square)(distance * exp(-s));
  }
  return part;
}

// What −log Σ π N(t; μ, σ) is, beside the logarithms of the parts' sum and of the weights' sum.
static inline REALS LANED(mixture_negative_log)(mixture m, REALS whole, REALS normalizer) {
  const float half_log_two_pi = 0.91893853f;
  return normalizer - whole + m.columns * half_log_two_pi;
}

// With r_j the share of component j in the density, da = π − r, dμ = −r (t − μ)/σ² and
// du = r (1 − ((t − μ)/σ)²)·(1 − tanh²), for one component.
static inline void LANED(mixture_gradient)(mixture m, int j, __global const float *t, REALS share,
                                           REALS prior, REALS weight, __global float *d,
                                           int accumulate) {
  LANED(contribute)(d + j * m.stride, weight * (prior - share), accumulate);
  __global float *means = d + m.components * m.stride, *scales = means + (m.scales - m.means);
  for (int c = 0; c < m.columns; c++) {
    const int i = j * m.columns + c, at = i * m.stride;
    const REALS bend = LANED(mixture_bend)(m, i);
    const REALS inverse = exp(-(m.center + m.half_range * bend));
    const REALS distance = (LOAD(t + c * m.stride) - LOAD(m.means + at)) * inverse;
    LANED(contribute)(means + at, -weight * share * distance * inverse, accumulate);
    LANED(contribute)
    (scales + at, weight * share * (1.0f - distance * distance) * (1.0f - bend * bend), accumulate);
  }
}

#if LANES == 1
__kernel void mixture_likelihood(__global const float *parameters, __global const float *targets,
                                 const int components, const float center, const float half_range,
                                 const int columns, __global const uint *clock,
                                 __global const float *weights, __global float *terms,
                                 const int term, const int term_count, __global float *gradient,
                                 const int has_gradient, const int accumulate, const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int width = components * (1 + 2 * columns);
  const mixture m = mixture_at(parameters + r * width, 1, components, columns, center, half_range);
  __global const float *t = targets + r * columns;
  float largest = -INFINITY;
  for (int j = 0; j < components; j++) largest = fmax(largest, log_part(m, j, t));
  float sum = 0.0f;
  for (int j = 0; j < components; j++) sum += exp(log_part(m, j, t) - largest);
  const float whole = largest + log(sum), normalizer = log_normalizer(m);
  terms[r * term_count + term] = mixture_negative_log(m, whole, normalizer);
  if (!has_gradient) return;
  const float weight = row_weight(clock, weights, term, r);
  for (int j = 0; j < components; j++) {
    mixture_gradient(m, j, t, exp(log_part(m, j, t) - whole), mixture_weight(m, j, normalizer),
                     weight, gradient + r * width, accumulate);
  }
}

// One sample: the first number of z chooses the component, the others are its noise.
__kernel void mixture_sample(__global const float *parameters, __global const float *z,
                             const int components, const float center, const float half_range,
                             __global float *y, const int rows, const int columns) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const mixture m = mixture_at(parameters + r * components * (1 + 2 * columns), 1, components,
                               columns, center, half_range);
  __global const float *noise = z + r * (columns + 1);
  const float normalizer = log_normalizer(m);
  // Weights add up to 1 but for rounding: where Φ(z₀) is 1, too, none may be left over.
  float total = 0.0f;
  for (int k = 0; k < components; k++) total += mixture_weight(m, k, normalizer);
  const float level = 0.5f * erfc(-0.70710678f * noise[0]) * total;
  int j = 0;
  float below = mixture_weight(m, 0, normalizer);
  while (j + 1 < components && below < level) below += mixture_weight(m, ++j, normalizer);
  for (int c = 0; c < columns; c++) {
    const int i = j * columns + c;
    y[r * columns + c] = m.means[i] + exp(log_deviation(m, i)) * noise[1 + c];
  }
}

// The mean over columns of (m − t)², with m = Σ π μ:
// g = 2 (m − t)/n,  da = π Σ g (μ − m),  dμ = π g,  du = 0
__kernel void mixture_mean_error(__global const float *parameters, __global const float *targets,
                                 const int components, const float center, const float half_range,
                                 const int columns, __global const uint *clock,
                                 __global const float *weights, __global float *terms,
                                 const int term, const int term_count, __global float *gradient,
                                 const int has_gradient, const int accumulate, const int rows) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int width = components * (1 + 2 * columns);
  const mixture m = mixture_at(parameters + r * width, 1, components, columns, center, half_range);
  const float normalizer = log_normalizer(m);
  const float weight = row_weight(clock, weights, term, r);
  __global float *d = gradient + r * width;
  float sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    float mean = 0.0f;
    for (int j = 0; j < components; j++) {
      mean += mixture_weight(m, j, normalizer) * m.means[j * columns + c];
    }
    const float error = mean - targets[r * columns + c];
    sum += error * error;
    if (!has_gradient) continue;
    const float g = weight * 2.0f * error / columns;
    for (int j = 0; j < components; j++) {
      const float prior = mixture_weight(m, j, normalizer);
      const int i = j * columns + c;
      contribute(d + j, prior * g * (m.means[i] - mean), accumulate || c > 0);
      contribute(d + components + i, prior * g, accumulate);
      contribute(d + components * (1 + columns) + i, 0.0f, accumulate);
    }
  }
  terms[r * term_count + term] = sum / columns;
}
#else
#undef MIXTURE
#undef MIXTURE_COLUMN
// A mixture, and a column of the scratch that all operations on it have.
#define MIXTURE                                                                                 \
  mixture_at(TILE_AT(MIXTURE_PARAMETERS), TILE_ROWS, o[MIXTURE_COMPONENTS], o[MIXTURE_COLUMNS], \
             REAL(MIXTURE_CENTER), REAL(MIXTURE_HALF))
#define MIXTURE_COLUMN(c) (TILE_AT(MIXTURE_SCRATCH) + (c)*TILE_ROWS)

// The scratch has the logarithms of the K parts, then of their sum, then of the sum of the logits.
static inline void LANED(chain_mixture_parts)(CHAIN_ARGUMENTS) {
  for (int j = COLUMN_START; j < o[MIXTURE_COMPONENTS]; j += COLUMN_STRIDE)
    STORE(LANED(log_part)(MIXTURE, j, TILE_AT(MIXTURE_T)), MIXTURE_COLUMN(j));
}

static inline void LANED(chain_mixture_likelihood)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  const REALS whole = LANED(log_sum)(MIXTURE_COLUMN(0), TILE_ROWS, o[MIXTURE_COMPONENTS]);
  const REALS normalizer = LANED(log_normalizer)(MIXTURE);
  STORE(whole, MIXTURE_COLUMN(o[MIXTURE_COMPONENTS]));
  STORE(normalizer, MIXTURE_COLUMN(o[MIXTURE_COMPONENTS] + 1));
  STORE(LANED(mixture_negative_log)(MIXTURE, whole, normalizer), TERM_AT(MIXTURE_TERM));
}

static inline void LANED(chain_mixture_gradient)(CHAIN_ARGUMENTS) {
  const REALS whole = LOAD(MIXTURE_COLUMN(o[MIXTURE_COMPONENTS])),
              normalizer = LOAD(MIXTURE_COLUMN(o[MIXTURE_COMPONENTS] + 1));
  for (int j = COLUMN_START; j < o[MIXTURE_COMPONENTS]; j += COLUMN_STRIDE) {
    LANED(mixture_gradient)
    (MIXTURE, j, TILE_AT(MIXTURE_T), exp(LOAD(MIXTURE_COLUMN(j)) - whole),
     LANED(mixture_weight)(MIXTURE, j, normalizer), TERM_WEIGHT(MIXTURE_TERM),
     TILE_AT(MIXTURE_DPARAMETERS), ADDS(MIXTURE_DPARAMETERS));
  }
}

// The scratch has K weights, n means and n errors of the means.
static inline void LANED(chain_mixture_weights)(CHAIN_ARGUMENTS) {
  const REALS normalizer = LANED(log_normalizer)(MIXTURE);
  for (int j = COLUMN_START; j < o[MIXTURE_COMPONENTS]; j += COLUMN_STRIDE)
    STORE(LANED(mixture_weight)(MIXTURE, j, normalizer), MIXTURE_COLUMN(j));
}

static inline void LANED(chain_mixture_means)(CHAIN_ARGUMENTS) {
  const int components = o[MIXTURE_COMPONENTS], columns = o[MIXTURE_COLUMNS];
  __global const float *means = TILE_AT(MIXTURE_PARAMETERS) + components * TILE_ROWS;
  for (int c = COLUMN_START; c < columns; c += COLUMN_STRIDE) {
    REALS mean = 0.0f;
    for (int j = 0; j < components; j++)
      mean += LOAD(MIXTURE_COLUMN(j)) * LOAD(means + (j * columns + c) * TILE_ROWS);
    STORE(mean, MIXTURE_COLUMN(components + c));
    STORE(mean - LOAD(TILE_AT(MIXTURE_T) + c * TILE_ROWS),
          MIXTURE_COLUMN(components + columns + c));
  }
}

static inline void LANED(chain_mixture_mean_error)(CHAIN_ARGUMENTS) {
  const int components = o[MIXTURE_COMPONENTS], columns = o[MIXTURE_COLUMNS];
  __global const float *means = MIXTURE_COLUMN(components), *errors = means + columns * TILE_ROWS;
  if (ROW_OWNER) {
    REALS sum = 0.0f;
    for (int c = 0; c < columns; c++) sum += LANED(square)(LOAD(errors + c * TILE_ROWS));
    STORE(sum / (float)columns, TERM_AT(MIXTURE_TERM));
  }
  if (!HAS(MIXTURE_DPARAMETERS)) return;
  const REALS weight = TERM_WEIGHT(MIXTURE_TERM) * 2.0f / (float)columns;
  for (int j = COLUMN_START; j < components; j += COLUMN_STRIDE) {
    const REALS prior = LOAD(MIXTURE_COLUMN(j));
    REALS logit = 0.0f;
    for (int c = 0; c < columns; c++) {
      const int at = (components + j * columns + c) * TILE_ROWS;
      const REALS g = weight * LOAD(errors + c * TILE_ROWS);
      logit += g * (LOAD(TILE_AT(MIXTURE_PARAMETERS) + at) - LOAD(means + c * TILE_ROWS));
      LANED(contribute)(TILE_AT(MIXTURE_DPARAMETERS) + at, prior * g, ADDS(MIXTURE_DPARAMETERS));
      LANED(contribute)
      (TILE_AT(MIXTURE_DPARAMETERS) + at + components * columns * TILE_ROWS, 0.0f,
       ADDS(MIXTURE_DPARAMETERS));
    }
    LANED(contribute)
    (TILE_AT(MIXTURE_DPARAMETERS) + j * TILE_ROWS, prior * logit, ADDS(MIXTURE_DPARAMETERS));
  }
}
#endif
