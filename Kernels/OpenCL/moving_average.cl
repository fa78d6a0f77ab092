// a += (1 − d)·(w − a), after steps that were taken.

__kernel void moving_average(__global const float *w, __global float *average,
                             __global const float *control, const float decay, const int count) {
  const int i = get_global_id(0);
  if (i >= count || control[CONTROL_FINITE] == 0.0f) return;
  average[i] += (1.0f - decay) * (w[i] - average[i]);
}
