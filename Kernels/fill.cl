// out = number

__kernel void fill(__global float *out, const float number, const int count) {
  const int i = get_global_id(0);
  if (i < count) out[i] = number;
}
