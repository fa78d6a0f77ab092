// Regularization, gradient norm, clipping and Adam.
//
// With g the gradient of the objective and R the regularized weights:
//   g′ = g + λ₁ sign(w) + 2 λ₂ w in R,   norm = ‖g′‖,   scale = min(1, clip / (norm + 1e-6))

#define NORM_GROUP 256
#define NORM_GROUPS 64

// So many steps left out in a row stay on record until the host has seen them.
#define SKIP_STREAK 3u

// The reals of `control`: StepControl.swift has the same order.
enum {
  CONTROL_LEARNING_RATE,
  CONTROL_SCALE,
  CONTROL_CORRECTION_1,
  CONTROL_CORRECTION_2,
  CONTROL_NORM,
  CONTROL_L1,
  CONTROL_L2,
  CONTROL_FINITE,
  CONTROL_NORM_SUM
};

static inline float regularized(float g, float w, int i, int regularized_count, float l1,
                                float l2) {
  return i < regularized_count ? g + l1 * sign(w) + 2.0f * l2 * w : g;
}

// partials: Σ g′², Σ |w| and Σ w² over R, one of each for every work-group. Where a chain has left
// the gradient in slots, it is added up here.
__kernel __attribute__((reqd_work_group_size(NORM_GROUP, 1, 1))) void gradient_norm(
    __global const float *w, __global float *g, __global const float *slots, const int slot_count,
    __global float *partials, const int count, const int regularized_count, const float l1,
    const float l2) {
  __local float partial[NORM_GROUP];
  const int item = get_local_id(0), group = get_group_id(0);
  float squares = 0.0f, absolutes = 0.0f, weights = 0.0f;
  for (int i = group * NORM_GROUP + item; i < count; i += NORM_GROUP * NORM_GROUPS) {
    if (slot_count > 0) g[i] = slot_sum(slots, slot_count, count, i);
    const float d = regularized(g[i], w[i], i, regularized_count, l1, l2);
    squares += d * d;
    if (i < regularized_count) {
      absolutes += fabs(w[i]);
      weights += w[i] * w[i];
    }
  }
  squares = group_sum(partial, item, NORM_GROUP, squares);
  absolutes = group_sum(partial, item, NORM_GROUP, absolutes);
  weights = group_sum(partial, item, NORM_GROUP, weights);
  if (item == 0) {
    partials[group] = squares;
    partials[NORM_GROUPS + group] = absolutes;
    partials[2 * NORM_GROUPS + group] = weights;
  }
}

static inline void set_control(__global const float *partials, __global const float *total,
                               __global const float *rates, int rate_count, __global uint *clock,
                               __global float *control, float clip, float beta1, float beta2) {
  float squares = 0.0f, absolutes = 0.0f, weights = 0.0f;
  for (int i = 0; i < NORM_GROUPS; i++) {
    squares += partials[i];
    absolutes += partials[NORM_GROUPS + i];
    weights += partials[2 * NORM_GROUPS + i];
  }
  const float norm = sqrt(squares);
  const int finite = isfinite(norm) && isfinite(total[0]);
  control[CONTROL_LEARNING_RATE] = rates[min((int)clock[CLOCK_BATCH], rate_count - 1)];
  control[CONTROL_SCALE] = clip > 0.0f ? fmin(1.0f, clip / (norm + 1e-6f)) : 1.0f;
  control[CONTROL_NORM] = norm;
  control[CONTROL_L1] = absolutes;
  control[CONTROL_L2] = weights;
  control[CONTROL_FINITE] = finite ? 1.0f : 0.0f;
  if (finite) {
    control[CONTROL_NORM_SUM] += norm;
    if (clock[CLOCK_STREAK] < SKIP_STREAK) clock[CLOCK_STREAK] = 0u;
    // 1 − βᵗ: keeps its digits where the power is near one.
    control[CONTROL_CORRECTION_1] = fma(control[CONTROL_CORRECTION_1], beta1, 1.0f - beta1);
    control[CONTROL_CORRECTION_2] = fma(control[CONTROL_CORRECTION_2], beta2, 1.0f - beta2);
  } else {
    if (clock[CLOCK_SKIPPED] == 0u) clock[CLOCK_FIRST_SKIPPED] = clock[CLOCK_STEP];
    clock[CLOCK_SKIPPED]++;
    clock[CLOCK_STREAK]++;
  }
  advance(clock);
}

// The objective's sums, if they are still to be formed, and then what follows from them: one
// work-group.
__kernel __attribute__((reqd_work_group_size(SUM_GROUP, 1, 1))) void step_control(
    __global const float *terms, __global const float *weights, __global float *components,
    __global float *total, __global float *epoch_sums, const int sums_objective, const int rows,
    const int term_count, __global const float *partials, __global const float *rates,
    const int rate_count, __global uint *clock, __global float *control, const float clip,
    const float beta1, const float beta2) {
  __local float partial[SUM_GROUP];
  if (sums_objective)
    sum_objective(terms, clock, weights, components, total, epoch_sums, rows, term_count, partial);
  if (get_local_id(0) == 0)
    set_control(partials, total, rates, rate_count, clock, control, clip, beta1, beta2);
}
// m = β₁m + (1 − β₁)g,  v = β₂v + (1 − β₂)g²,  w −= rate·(m̂ / (√v̂ + ε) + decay·w)
__kernel void adam(__global float *w, __global const float *g, __global float *m, __global float *v,
                   __global const float *control, const int count, const int regularized_count,
                   const float l1, const float l2, const float decay, const float beta1,
                   const float beta2, const float epsilon) {
  const int i = get_global_id(0);
  if (i >= count || control[CONTROL_FINITE] == 0.0f) return;
  const float d = control[CONTROL_SCALE] * regularized(g[i], w[i], i, regularized_count, l1, l2);
  m[i] = beta1 * m[i] + (1.0f - beta1) * d;
  v[i] = beta2 * v[i] + (1.0f - beta2) * d * d;
  const float first = m[i] / control[CONTROL_CORRECTION_1];
  const float second = sqrt(v[i] / control[CONTROL_CORRECTION_2]);
  const float shrink = i < regularized_count ? decay * w[i] : 0.0f;
  w[i] -= control[CONTROL_LEARNING_RATE] * (first / (second + epsilon) + shrink);
}
