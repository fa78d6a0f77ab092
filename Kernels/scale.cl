// out = factor · x, or out += factor · x

__kernel void scale(__global const float *x, const float factor, __global float *out,
                    const int accumulate, const int count) {
  const int i = get_global_id(0);
  if (i < count) contribute(out + i, factor * x[i], accumulate);
}
