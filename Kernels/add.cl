// out = a + b

__kernel void add(__global const float *a, __global const float *b, __global float *out,
                  const int count) {
  const int i = get_global_id(0);
  if (i < count) out[i] = a[i] + b[i];
}
