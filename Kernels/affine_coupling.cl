// One row of a coupling. v = [x₁ x₂], s = bound·tanh(u/bound), and
//
//   forward  v′ = [x₁, x₂·eˢ + t],     log|det| += Σ s
//   inverse  v′ = [x₁, (x₂ − t)·e⁻ˢ],  log|det| −= Σ s
//
// y[order[j]] = v′[j]: the flip after a coupling is where it writes. A row of `subnet` is u, then
// t.

__kernel void affine_coupling(__global const float *x, __global const float *subnet,
                              __global const uint *order, __global const float *log_det_before,
                              const int has_log_det, __global float *y, __global float *log_det,
                              const float bound, const int rows, const int passive,
                              const int active) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int columns = passive + active;
  float sum = has_log_det ? log_det_before[r] : 0.0f;
  for (int j = 0; j < passive; j++) y[r * columns + order[j]] = x[r * columns + j];
  for (int j = 0; j < active; j++) {
    const float s = bound * tanh(subnet[r * 2 * active + j] / bound);
    const float t = subnet[r * 2 * active + active + j];
    y[r * columns + order[passive + j]] = fma(x[r * columns + passive + j], exp(s), t);
    sum += s;
  }
  log_det[r] = sum;
}

__kernel void affine_coupling_inverse(__global const float *x, __global const float *subnet,
                                      __global const uint *order,
                                      __global const float *log_det_before, const int has_log_det,
                                      __global float *y, __global float *log_det, const float bound,
                                      const int rows, const int passive, const int active) {
  const int r = get_global_id(0);
  if (r >= rows) return;
  const int columns = passive + active;
  float sum = has_log_det ? log_det_before[r] : 0.0f;
  for (int j = 0; j < passive; j++) y[r * columns + order[j]] = x[r * columns + j];
  for (int j = 0; j < active; j++) {
    const float s = bound * tanh(subnet[r * 2 * active + j] / bound);
    const float t = subnet[r * 2 * active + active + j];
    y[r * columns + order[passive + j]] = (x[r * columns + passive + j] - t) * exp(-s);
    sum -= s;
  }
  log_det[r] = sum;
}

// With g = dy[order[·]]:
//   forward  dx = [g₁, g₂·eˢ],   ds = g₂·x₂·eˢ + dL,        dt = g₂
//   inverse  dx = [g₁, g₂·e⁻ˢ],  ds = −g₂·(x₂ − t)·e⁻ˢ − dL,  dt = −g₂·e⁻ˢ
// and du = ds·(1 − tanh²).
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
  const int columns = passive + active;
  const float dl = has_dlog_det ? dlog_det[r] : 0.0f;
  for (int j = 0; j < passive; j++) {
    const float g = has_dy ? dy[r * columns + order[j]] : 0.0f;
    if (has_dx) contribute(dx + r * columns + j, g, accumulate_dx);
  }
  for (int j = 0; j < active; j++) {
    const int at = r * columns + passive + j, u = r * 2 * active + j;
    const float saturation = tanh(subnet[u] / bound);
    const float g = has_dy ? dy[r * columns + order[passive + j]] : 0.0f;
    const float factor = exp(inverse ? -bound * saturation : bound * saturation);
    const float moved = inverse ? x[at] - subnet[u + active] : x[at];
    const float ds = inverse ? -(g * moved * factor + dl) : g * moved * factor + dl;
    if (has_dx) contribute(dx + at, g * factor, accumulate_dx);
    if (!has_dsubnet) continue;
    contribute(dsubnet + u, ds * (1.0f - square(saturation)), accumulate_dsubnet);
    contribute(dsubnet + u + active, inverse ? -g * factor : g, accumulate_dsubnet);
  }
}
