// A mixture of K normals in n columns, as a network gives it in a row:
//
//   [K logits a | K×n means μ | K×n numbers u],  log σ = centre + half·tanh(u / half)

typedef struct {
  __global const float *logits, *means, *scales;
  int components, columns;
  float centre, half_range;
} mixture;

static inline mixture mixture_of(__global const float *parameters, int r, int components,
                                 int columns, float centre, float half_range) {
  __global const float *row = parameters + r * components * (1 + 2 * columns);
  mixture m = {row,    row + components, row + components * (1 + columns), components, columns,
               centre, half_range};
  return m;
}

static inline float log_deviation(mixture m, int i) {
  return m.centre + m.half_range * tanh(m.scales[i] / m.half_range);
}

// log Σ exp(a)
static inline float log_normalizer(mixture m) {
  float largest = m.logits[0];
  for (int j = 1; j < m.components; j++) largest = fmax(largest, m.logits[j]);
  float sum = 0.0f;
  for (int j = 0; j < m.components; j++) sum += exp(m.logits[j] - largest);
  return largest + log(sum);
}

// a_j − Σ (log σ + ½ ((t − μ)/σ)²): the logarithm of a component's part, but for constants.
static inline float log_part(mixture m, int j, __global const float *t) {
  float part = m.logits[j];
  for (int c = 0; c < m.columns; c++) {
    const float s = log_deviation(m, j * m.columns + c);
    part -= s + 0.5f * square((t[c] - m.means[j * m.columns + c]) * exp(-s));
  }
  return part;
}

// −log Σ π N(t; μ, σ) and, with r_j the share of component j in it,
// da = π − r,  dμ = −r (t − μ)/σ²,  du = r (1 − ((t − μ)/σ)²)·(1 − tanh²)
__kernel void mixture_likelihood(__global const float *parameters, __global const float *targets,
                                 const int components, const float centre, const float half_range,
                                 __global const uint *clock, __global const float *weights,
                                 __global float *terms, const int term, const int term_count,
                                 __global float *gradient, const int has_gradient,
                                 const int accumulate, const int rows, const int columns) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const mixture m = mixture_of(parameters, r, components, columns, centre, half_range);
  __global const float *t = targets + r * columns;
  float largest = -INFINITY;
  for (int j = 0; j < components; j++) largest = fmax(largest, log_part(m, j, t));
  float sum = 0.0f;
  for (int j = 0; j < components; j++) sum += exp(log_part(m, j, t) - largest);
  const float whole = largest + log(sum), normalizer = log_normalizer(m);
  const float half_log_two_pi = 0.91893853f;
  terms[r * term_count + term] = normalizer - whole + columns * half_log_two_pi;
  if (!has_gradient) return;
  const float weight = row_weight(clock, weights, term, r);
  __global float *d = gradient + r * components * (1 + 2 * columns);
  for (int j = 0; j < components; j++) {
    const float share = exp(log_part(m, j, t) - whole);
    contribute(d + j, weight * (exp(m.logits[j] - normalizer) - share), accumulate);
    for (int c = 0; c < columns; c++) {
      const int i = j * columns + c;
      const float bend = tanh(m.scales[i] / half_range);
      const float inverse = exp(-(centre + half_range * bend));
      const float distance = (t[c] - m.means[i]) * inverse;
      contribute(d + components + i, -weight * share * distance * inverse, accumulate);
      contribute(d + components * (1 + columns) + i,
                 weight * share * (1.0f - distance * distance) * (1.0f - bend * bend), accumulate);
    }
  }
}

// One draw: the first number of z chooses the component, the others are its noise.
__kernel void mixture_draw(__global const float *parameters, __global const float *z,
                           const int components, const float centre, const float half_range,
                           __global float *y, const int rows, const int columns) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const mixture m = mixture_of(parameters, r, components, columns, centre, half_range);
  __global const float *noise = z + r * (columns + 1);
  const float normalizer = log_normalizer(m);
  // Shares add up to 1 but for rounding: where the chance is 1, too, no share may be left over.
  float total = 0.0f;
  for (int k = 0; k < components; k++) total += exp(m.logits[k] - normalizer);
  const float chance = 0.5f * erfc(-0.70710678f * noise[0]) * total;
  int j = 0;
  float below = exp(m.logits[0] - normalizer);
  while (j + 1 < components && below < chance) below += exp(m.logits[++j] - normalizer);
  for (int c = 0; c < columns; c++) {
    const int i = j * columns + c;
    y[r * columns + c] = m.means[i] + exp(log_deviation(m, i)) * noise[1 + c];
  }
}

// The mean over columns of (m − t)², with m = Σ π μ:
// g = 2 (m − t)/n,  da = π Σ g (μ − m),  dμ = π g,  du = 0
__kernel void mixture_mean_error(__global const float *parameters, __global const float *targets,
                                 const int components, const float centre, const float half_range,
                                 __global const uint *clock, __global const float *weights,
                                 __global float *terms, const int term, const int term_count,
                                 __global float *gradient, const int has_gradient,
                                 const int accumulate, const int rows, const int columns) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const mixture m = mixture_of(parameters, r, components, columns, centre, half_range);
  const float normalizer = log_normalizer(m);
  const float weight = row_weight(clock, weights, term, r);
  __global float *d = gradient + r * components * (1 + 2 * columns);
  float sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    float mean = 0.0f;
    for (int j = 0; j < components; j++) {
      mean += exp(m.logits[j] - normalizer) * m.means[j * columns + c];
    }
    const float error = mean - targets[r * columns + c];
    sum += error * error;
    if (!has_gradient) continue;
    const float g = weight * 2.0f * error / columns;
    for (int j = 0; j < components; j++) {
      const float chance = exp(m.logits[j] - normalizer);
      const int i = j * columns + c;
      contribute(d + j, chance * g * (m.means[i] - mean), accumulate || c > 0);
      contribute(d + components + i, chance * g, accumulate);
      contribute(d + components * (1 + columns) + i, 0.0f, accumulate);
    }
  }
  terms[r * term_count + term] = sum / columns;
}
