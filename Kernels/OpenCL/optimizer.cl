// Regularization, gradient norm, clipping and Adam.
//
// With g the gradient of the objective and R the regularized weights:
//   g′ = g + λ₁ sign(w) + 2 λ₂ w in R,   norm = ‖g′‖,   scale = min(1, clip / (norm + 1e-6))

// One work-group of the norm forms the sums of the objective.
#define NORM_GROUP SUM_GROUP
// So many gradients are read at a time.
#define NORM_UNROLL 4

// So many steps left out in a row stay on record until the program has seen them.
#define SKIP_STREAK 3u

// The reals of `control`: Optimizer.swift has the same order.
enum {
  CONTROL_LEARNING_RATE,
  CONTROL_SCALE,
  CONTROL_CORRECTION_1,
  CONTROL_CORRECTION_2,
  CONTROL_NORM,
  CONTROL_L1,
  CONTROL_L2,
  CONTROL_FINITE,
  CONTROL_NORM_SUM,
  CONTROL_NORM_COUNT
};

static inline float regularized(float g, float w, int i, int regularized_count, float l1,
                                float l2) {
  return i < regularized_count ? g + l1 * sign(w) + 2.0f * l2 * w : g;
}

// The sums over a work-group in a fixed order; every item gets them.
static inline float4 group_sums(__local float4 *partial, int item, float4 x) {
  partial[item] = x;
  for (int distance = NORM_GROUP / 2; distance > 0; distance /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < distance) partial[item] += partial[item + distance];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float4 sums = partial[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return sums;
}

// What the update will read of `clock` and `control`, which it changes: Update.swift has the same
// order.
enum { PROSPECT_RATE, PROSPECT_CORRECTION_1, PROSPECT_CORRECTION_2 };

// partials: Σ g′², Σ |w| and Σ w² over R, one of each for every one of `groups` work-groups. Where
// the gradient is still in parts, it is added up here. One more work-group has the objective's
// sums, if they are still to be formed, and the prospects.
__kernel __attribute__((reqd_work_group_size(NORM_GROUP, 1, 1))) void gradient_norm(
    __global const float *w, __global float *g, __global const float *slots, const int slot_count,
    __global float *partials, const int count, const int regularized_count, const float l1,
    const float l2, __global const float *terms, __global const float *term_weights,
    __global float *components, __global float *total, __global float *epoch_sums,
    const int sums_objective, const int rows, const int term_count, __global const float *rates,
    const int rate_count, __global const uint *clock, __global const float *control,
    __global float *prospects, const float beta1, const float beta2, const int groups) {
  __local float4 partial[NORM_GROUP];
  const int item = get_local_id(0), group = get_group_id(0);
  const int is_last = group == groups;
  float squares = 0.0f, absolutes = 0.0f, weights = 0.0f;
  const int stride = NORM_GROUP * groups;
  for (int start = is_last ? count : group * NORM_GROUP + item; start < count;
       start += NORM_UNROLL * stride) {
    // All are read before the first is written: whether they overlap is not known.
    float gradient[NORM_UNROLL], weight[NORM_UNROLL];
#pragma unroll
    for (int j = 0; j < NORM_UNROLL; j++) {
      const int i = start + j * stride;
      const int sums = i < count ? slot_count : -1;
      gradient[j] = sums < 0 ? 0.0f : sums > 0 ? slot_sum(slots, sums, count, i) : g[i];
      weight[j] = i < min(count, regularized_count) ? w[i] : 0.0f;
    }
#pragma unroll
    for (int j = 0; j < NORM_UNROLL; j++) {
      const int i = start + j * stride;
      if (slot_count > 0 && i < count) g[i] = gradient[j];
      const float d = regularized(gradient[j], weight[j], i, regularized_count, l1, l2);
      squares += d * d;
      absolutes += fabs(weight[j]);
      weights += weight[j] * weight[j];
    }
  }
  const float4 sums = group_sums(partial, item, (float4)(squares, absolutes, weights, 0.0f));
  if (item == 0 && !is_last) ((__global float4 *)partials)[group] = sums;
  sum_objective(terms, clock, term_weights, components, total, epoch_sums, rows, term_count,
                is_last && sums_objective, (__local float *)partial);
  if (item == 0 && is_last) {
    prospects[PROSPECT_RATE] = rates[min((int)clock[CLOCK_BATCH], rate_count - 1)];
    // 1 − βᵗ: keeps its digits where the power is near one.
    prospects[PROSPECT_CORRECTION_1] = fma(control[CONTROL_CORRECTION_1], beta1, 1.0f - beta1);
    prospects[PROSPECT_CORRECTION_2] = fma(control[CONTROL_CORRECTION_2], beta2, 1.0f - beta2);
  }
}

// By the first work-item; the parts of the norm, Σ |w| and Σ w² are added up.
static inline void set_control(__global float *control, __global uint *clock,
                               __global const float *prospects, float norm, float4 sums,
                               float scale, int finite) {
  control[CONTROL_LEARNING_RATE] = prospects[PROSPECT_RATE];
  control[CONTROL_SCALE] = scale;
  control[CONTROL_NORM] = norm;
  control[CONTROL_L1] = sums.y;
  control[CONTROL_L2] = sums.z;
  control[CONTROL_FINITE] = finite ? 1.0f : 0.0f;
  if (finite) {
    control[CONTROL_NORM_SUM] += norm;
    control[CONTROL_NORM_COUNT] += 1.0f;
    if (clock[CLOCK_STREAK] < SKIP_STREAK) clock[CLOCK_STREAK] = 0u;
    control[CONTROL_CORRECTION_1] = prospects[PROSPECT_CORRECTION_1];
    control[CONTROL_CORRECTION_2] = prospects[PROSPECT_CORRECTION_2];
  } else {
    if (clock[CLOCK_STREAK] == 0u) clock[CLOCK_FIRST_SKIPPED] = clock[CLOCK_STEP];
    clock[CLOCK_SKIPPED]++;
    clock[CLOCK_STREAK]++;
  }
  advance(clock);
}

// m = β₁m + (1 − β₁)g,  v = β₂v + (1 − β₂)g²,  w −= rate·(m̂ / (√v̂ + ε) + decay·w)
//
// The first work-item writes down where the run stands then; no other reads that.
__kernel __attribute__((reqd_work_group_size(NORM_GROUP, 1, 1))) void adam(
    __global float *w, __global const float *g, __global float *m, __global float *v,
    __global const float *partials, __global const float *total, __global const float *prospects,
    __global uint *clock, __global float *control, const int count, const int regularized_count,
    const float l1, const float l2, const float clip, const float decay, const float beta1,
    const float beta2, const float epsilon, const int groups, const int each) {
  __local float4 partial[NORM_GROUP];
  const int id = get_global_id(0), item = get_local_id(0);
  float4 sums = 0.0f;
  for (int i = item; i < groups; i += NORM_GROUP) sums += ((__global const float4 *)partials)[i];
  sums = group_sums(partial, item, sums);
  const float norm = sqrt(sums.x);
  const float scale = clip > 0.0f ? fmin(1.0f, clip / (norm + 1e-6f)) : 1.0f;
  const int finite = isfinite(norm) && isfinite(total[0]);
  if (id == 0) set_control(control, clock, prospects, norm, sums, scale, finite);
  if (!finite) return;
  const float correction1 = prospects[PROSPECT_CORRECTION_1];
  const float correction2 = prospects[PROSPECT_CORRECTION_2];
  const float rate = prospects[PROSPECT_RATE];
  // Neighboring items have neighbors, `each` of them on a CPU, for which a work-group is a loop.
  for (int start = id * each; start < count; start += each * (int)get_global_size(0))
    for (int i = start; i < min(count, start + each); i++) {
      const float d = scale * regularized(g[i], w[i], i, regularized_count, l1, l2);
      m[i] = beta1 * m[i] + (1.0f - beta1) * d;
      v[i] = beta2 * v[i] + (1.0f - beta2) * d * d;
      const float first = m[i] / correction1;
      const float second = sqrt(v[i] / correction2);
      const float shrink = i < regularized_count ? decay * w[i] : 0.0f;
      w[i] -= rate * (first / (second + epsilon) + shrink);
    }
}
