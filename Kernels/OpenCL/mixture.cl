// A mixture of K normals in n columns, as a network gives it in a row:
//
//   [K logits a | K×n means μ | K×n numbers u],  log σ = center + half·tanh(u / half)

typedef struct {
  TILE const float *logits, *means, *scales;
  int components, columns;
  float center, half_range;
} mixture;

static inline mixture mixture_at(TILE const float *x, int components, int columns, float center,
                                 float half_range) {
  mixture m = {x,      AT(x, components), AT(x, components * (1 + columns)), components, columns,
               center, half_range};
  return m;
}

static inline REALS mixture_bend(mixture m, int i) {
  return tanh(LOAD(AT(m.scales, i)) / m.half_range);
}

static inline REALS log_deviation(mixture m, int i) {
  return m.center + m.half_range * mixture_bend(m, i);
}

// log Σ exp(x)
static inline REALS log_sum(TILE const float *x, int count) {
  REALS largest = LOAD(x);
  for (int j = 1; j < count; j++) largest = fmax(largest, LOAD(AT(x, j)));
  REALS sum = 0.0f;
  for (int j = 0; j < count; j++) sum += exp(LOAD(AT(x, j)) - largest);
  return largest + log(sum);
}

static inline REALS log_normalizer(mixture m) { return log_sum(m.logits, m.components); }

// π_j
static inline REALS mixture_weight(mixture m, int j, REALS normalizer) {
  return exp(LOAD(AT(m.logits, j)) - normalizer);
}

// The operands of all operations on a mixture and its targets t.
#define MIXTURE_OPERANDS                                                                        \
  standing at, TILE const float *parameters, TILE const float *t, int components, float center, \
      float half_range, int columns, TILE float *scratch, __global const uint *clock,           \
      __global const float *weights, int term, TILE float *out, TILE float *dparameters,        \
      int has_dparameters, int adds
#define MIXTURE mixture_at(parameters, components, columns, center, half_range)

// The scratch has the logarithms of the K parts, then of their sum, then of the sum of the logits.
//
// A part's logarithm is a_j − Σ (log σ + ½ ((t − μ)/σ)²), but for constants.
static inline void mixture_parts(MIXTURE_OPERANDS) {
  const mixture m = MIXTURE;
  for (int j = COLUMN_ITEM; j < components; j += COLUMN_ITEMS) {
    REALS part = LOAD(AT(m.logits, j));
    for (int c = 0; c < columns; c++) {
      const int i = j * columns + c;
      const REALS s = log_deviation(m, i);
      const REALS distance = LOAD(AT(t, c)) - LOAD(AT(m.means, i));
      part -= s + 0.5f * square(distance * exp(-s));
    }
    STORE(part, AT(scratch, j));
  }
}

// −log Σ π N(t; μ, σ)
static inline void mixture_likelihood(MIXTURE_OPERANDS) {
  if (!OWNS_ROW) return;
  const float half_log_two_pi = 0.91893853f;
  const REALS whole = log_sum(scratch, components);
  const REALS normalizer = log_normalizer(MIXTURE);
  STORE(whole, AT(scratch, components));
  STORE(normalizer, AT(scratch, components + 1));
  STORE(normalizer - whole + columns * half_log_two_pi, out);
}

// With r_j the share of component j in the density, da = π − r, dμ = −r (t − μ)/σ² and
// du = r (1 − ((t − μ)/σ)²)·(1 − tanh²).
static inline void mixture_gradient(MIXTURE_OPERANDS) {
  const mixture m = MIXTURE;
  const REALS whole = LOAD(AT(scratch, components));
  const REALS normalizer = LOAD(AT(scratch, components + 1));
  const REALS weight = row_weight(clock, weights, term, at.row);
  TILE float *means = AT(dparameters, components), *scales = AT(means, components * columns);
  for (int j = COLUMN_ITEM; j < components; j += COLUMN_ITEMS) {
    const REALS share = exp(LOAD(AT(scratch, j)) - whole);
    contribute(AT(dparameters, j), weight * (mixture_weight(m, j, normalizer) - share), adds);
    for (int c = 0; c < columns; c++) {
      const int i = j * columns + c;
      const REALS bend = mixture_bend(m, i);
      const REALS inverse = exp(-(center + half_range * bend));
      const REALS distance = (LOAD(AT(t, c)) - LOAD(AT(m.means, i))) * inverse;
      contribute(AT(means, i), -weight * share * distance * inverse, adds);
      contribute(AT(scales, i),
                 weight * share * (1.0f - distance * distance) * (1.0f - bend * bend), adds);
    }
  }
}

// The mean over columns of (m − t)², with m = Σ π μ:
// g = 2 (m − t)/n,  da = π Σ g (μ − m),  dμ = π g,  du = 0
//
// The scratch has K weights, n means and n errors of the means.
static inline void mixture_weights(MIXTURE_OPERANDS) {
  const mixture m = MIXTURE;
  const REALS normalizer = log_normalizer(m);
  for (int j = COLUMN_ITEM; j < components; j += COLUMN_ITEMS)
    STORE(mixture_weight(m, j, normalizer), AT(scratch, j));
}

static inline void mixture_means(MIXTURE_OPERANDS) {
  const mixture m = MIXTURE;
  for (int c = COLUMN_ITEM; c < columns; c += COLUMN_ITEMS) {
    REALS mean = 0.0f;
    for (int j = 0; j < components; j++)
      mean += LOAD(AT(scratch, j)) * LOAD(AT(m.means, j * columns + c));
    STORE(mean, AT(scratch, components + c));
    STORE(mean - LOAD(AT(t, c)), AT(scratch, components + columns + c));
  }
}

static inline void mixture_mean_error(MIXTURE_OPERANDS) {
  const mixture m = MIXTURE;
  TILE const float *means = AT(scratch, components), *errors = AT(means, columns);
  if (OWNS_ROW) {
    REALS sum = 0.0f;
    for (int c = 0; c < columns; c++) sum += square(LOAD(AT(errors, c)));
    STORE(sum / (float)columns, out);
  }
  if (!has_dparameters) return;
  const REALS weight = row_weight(clock, weights, term, at.row) * 2.0f / (float)columns;
  TILE float *dmeans = AT(dparameters, components), *dscales = AT(dmeans, components * columns);
  for (int j = COLUMN_ITEM; j < components; j += COLUMN_ITEMS) {
    const REALS prior = LOAD(AT(scratch, j));
    REALS logit = 0.0f;
    for (int c = 0; c < columns; c++) {
      const int i = j * columns + c;
      const REALS g = weight * LOAD(AT(errors, c));
      logit += g * (LOAD(AT(m.means, i)) - LOAD(AT(means, c)));
      contribute(AT(dmeans, i), prior * g, adds);
      contribute(AT(dscales, i), 0.0f, adds);
    }
    contribute(AT(dparameters, j), prior * logit, adds);
  }
}

// One sample: the first number of z chooses the component, the others are its noise.
static inline void mixture_sample(standing at, TILE const float *parameters, TILE const float *z,
                                  int components, float center, float half_range, TILE float *y,
                                  int columns) {
  const mixture m = MIXTURE;
  const REALS normalizer = log_normalizer(m);
  // Weights add up to 1 but for rounding: where Φ(z₀) is 1, too, none may be left over.
  REALS total = 0.0f;
  for (int k = 0; k < components; k++) total += mixture_weight(m, k, normalizer);
  const REALS level = 0.5f * erfc(-0.70710678f * LOAD(z)) * total;
  for (int c = COLUMN_ITEM; c < columns; c += COLUMN_ITEMS) {
    REALS below = mixture_weight(m, 0, normalizer);
    REALS mean = LOAD(AT(m.means, c)), scale = LOAD(AT(m.scales, c));
    for (int j = 1; j < components; j++) {
      const INTS moves = below < level;
      mean = moves ? LOAD(AT(m.means, j * columns + c)) : mean;
      scale = moves ? LOAD(AT(m.scales, j * columns + c)) : scale;
      below += mixture_weight(m, j, normalizer);
    }
    const REALS deviation = exp(center + half_range * tanh(scale / half_range));
    STORE(mean + deviation * LOAD(AT(z, 1 + c)), AT(y, c));
  }
}
