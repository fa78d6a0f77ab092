// One row of a coupling. v = [x₁ x₂], s = bound·tanh(u/bound), and
//
//   forward  v′ = [x₁, x₂·eˢ + t],     log|det| += Σ s
//   inverse  v′ = [x₁, (x₂ − t)·e⁻ˢ],  log|det| −= Σ s
//
// y[order[j]] = v′[j]: the flip after a coupling is where it writes. A row of `subnet` is u, then
// t.

// Returns the row's addition to log|det|.
static inline REALS LANED(row_coupling)(__global const float *x, __global const float *subnet,
                                        int stride, __global const uint *order, __global float *y,
                                        float bound, int inverse, int passive, int active) {
  REALS sum = 0.0f;
  for (int j = 0; j < passive; j++) STORE(LOAD(x + j * stride), y + (int)order[j] * stride);
  for (int j = 0; j < active; j++) {
    REALS s = bound * tanh(LOAD(subnet + j * stride) / bound);
    if (inverse) s = -s;
    const REALS t = LOAD(subnet + (active + j) * stride);
    const REALS x2 = LOAD(x + (passive + j) * stride);
    REALS moved = fma(x2, exp(s), t);
    if (inverse) moved = (x2 - t) * exp(s);
    STORE(moved, y + (int)order[passive + j] * stride);
    sum += s;
  }
  return sum;
}

// With g = dy[order[·]]:
//   forward  dx = [g₁, g₂·eˢ],   ds = g₂·x₂·eˢ + dL,        dt = g₂
//   inverse  dx = [g₁, g₂·e⁻ˢ],  ds = −g₂·(x₂ − t)·e⁻ˢ − dL,  dt = −g₂·e⁻ˢ
// and du = ds·(1 − tanh²).
static inline void LANED(row_coupling_gradient)(
    __global const float *x, __global const float *subnet, int stride, __global const uint *order,
    __global const float *dy, int has_dy, REALS dl, __global float *dx, int has_dx,
    int accumulate_dx, __global float *dsubnet, int has_dsubnet, int accumulate_dsubnet,
    float bound, int inverse, int passive, int active) {
  for (int j = 0; j < passive && has_dx; j++) {
    REALS g = 0.0f;
    if (has_dy) g = LOAD(dy + (int)order[j] * stride);
    LANED(contribute)(dx + j * stride, g, accumulate_dx);
  }
  for (int j = 0; j < active; j++) {
    __global const float *u = subnet + j * stride;
    const REALS x2 = LOAD(x + (passive + j) * stride);
    const REALS saturation = tanh(LOAD(u) / bound);
    REALS g = 0.0f;
    if (has_dy) g = LOAD(dy + (int)order[passive + j] * stride);
    const REALS factor = exp((inverse ? -bound : bound) * saturation);
    REALS ds = g * x2 * factor + dl, dt = g;
    if (inverse) {
      ds = -(g * (x2 - LOAD(u + active * stride)) * factor + dl);
      dt = -g * factor;
    }
    if (has_dx) LANED(contribute)(dx + (passive + j) * stride, g * factor, accumulate_dx);
    if (!has_dsubnet) continue;
    __global float *du = dsubnet + j * stride;
    LANED(contribute)(du, ds * (1.0f - LANED(square)(saturation)), accumulate_dsubnet);
    LANED(contribute)(du + active * stride, dt, accumulate_dsubnet);
  }
}

#if LANES == 1
__kernel void affine_coupling(__global const float *x, __global const float *subnet,
                              __global const uint *order, __global const float *log_det_before,
                              const int has_log_det, __global float *y, __global float *log_det,
                              const float bound, const int inverse, const int rows,
                              const int passive, const int active) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int at = r * (passive + active);
  const float before = has_log_det ? log_det_before[r] : 0.0f;
  log_det[r] = before + row_coupling(x + at, subnet + r * 2 * active, 1, order, y + at, bound,
                                     inverse, passive, active);
}

__kernel void affine_coupling_gradient(__global const float *x, __global const float *subnet,
                                       __global const uint *order, __global const float *dy,
                                       const int has_dy, __global const float *dlog_det,
                                       const int has_dlog_det, __global float *dx, const int has_dx,
                                       const int accumulate_dx, __global float *dsubnet,
                                       const int has_dsubnet, const int accumulate_dsubnet,
                                       const float bound, const int inverse, const int rows,
                                       const int passive, const int active) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int at = r * (passive + active), u = r * 2 * active;
  row_coupling_gradient(x + at, subnet + u, 1, order, dy + at, has_dy,
                        has_dlog_det ? dlog_det[r] : 0.0f, dx + at, has_dx, accumulate_dx,
                        dsubnet + u, has_dsubnet, accumulate_dsubnet, bound, inverse, passive,
                        active);
}
#endif
