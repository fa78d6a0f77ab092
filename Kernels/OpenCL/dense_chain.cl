// A dense layer and the gradient of its inputs as operations of a chain.

// d = dy ∘ f′
static inline void delta(standing at, TILE const float *dy, TILE const float *saved, int activation,
                         TILE float *d, int columns) {
  for (int c = COLUMN_ITEM; c < columns; c += COLUMN_ITEMS)
    STORE(LOAD(AT(dy, c)) * activation_derivative(activation, LOAD(AT(saved, c))), AT(d, c));
}

#if LANES == 1
// On a GPU four columns of all rows of a tile are a work-item's; where that leaves some without
// work, several share them, each of which sums over some of the depth. `slices` of them leave
// their sums in `exchange`, row by row, and a second operation adds these up.

#define PADDED(columns) (((columns) + 3) / 4 * 4)
// Four more than needed, so that slices begin in different memory banks.
#define SLICE_SIZE(columns) (ROWS * PADDED(columns) + 4)

// Of four neighboring reals the first `count`; `is_aligned`, if they lie as a vector does.
static inline float4 global_four(__global const float *p, int count, int is_aligned) {
  if (is_aligned && count >= 4) return *(__global const float4 *)p;
  return (float4)(p[0], count > 1 ? p[1] : 0.0f, count > 2 ? p[2] : 0.0f, count > 3 ? p[3] : 0.0f);
}

static inline float4 local_four(TILE const float *p, int is_aligned) {
  if (is_aligned) return *(TILE const float4 *)p;
  return (float4)(p[0], p[1], p[2], p[3]);
}

static inline float plus_dot(float sum, float4 a, float4 b) {
  return fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, sum))));
}

// Written out: a compiler that leaves loops over rows keeps their sums in memory.
#if ROWS == 1
#define EACH_ROW(f) f(0)
#elif ROWS == 2
#define EACH_ROW(f) f(0) f(1)
#elif ROWS == 4
#define EACH_ROW(f) f(0) f(1) f(2) f(3)
#else
#define EACH_ROW(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7)
#endif
#define NEW_SUM(r) float4 sum##r = 0.0f;
#define LEAVE_SUM(r) *(__local float4 *)(to + r * PADDED(columns)) = sum##r;

// x·Wᵀ
static inline void dense_sums(standing at, __local float *exchange, TILE const float *x1,
                              int width1, int aligned1, TILE const float *x2, int has_x2,
                              int width2, int aligned2, __global const float *w, int columns,
                              int slices) {
  const int item = get_local_id(0), slice = item % slices, depth = width1 + width2;
  for (int first = item / slices * 4; first < columns; first += GROUP / slices * 4) {
    __global const float *w0 = w + first * depth, *w1 = w + min(first + 1, columns - 1) * depth,
                         *w2 = w + min(first + 2, columns - 1) * depth,
                         *w3 = w + min(first + 3, columns - 1) * depth;
    EACH_ROW(NEW_SUM)
    for (int part = 0; part < 1 + has_x2; part++) {
      TILE const float *x = FIRST_ROW(part == 0 ? x1 : x2);
      const int width = part == 0 ? width1 : width2, aligned = part == 0 ? aligned1 : aligned2;
      const int vectors = depth % 4 == 0 && (part == 0 || width1 % 4 == 0);
      for (int k = slice * 4; k + 4 <= width; k += slices * 4) {
        const float4 a0 = global_four(w0 + k, 4, vectors), a1 = global_four(w1 + k, 4, vectors),
                     a2 = global_four(w2 + k, 4, vectors), a3 = global_four(w3 + k, 4, vectors);
#define MULTIPLY(r)                                                          \
  {                                                                          \
    const float4 b = local_four(x + r * at.pitch + k, aligned);              \
    sum##r = (float4)(plus_dot(sum##r.x, a0, b), plus_dot(sum##r.y, a1, b),  \
                      plus_dot(sum##r.z, a2, b), plus_dot(sum##r.w, a3, b)); \
  }
        EACH_ROW(MULTIPLY)
#undef MULTIPLY
      }
      for (int k = slice == width / 4 % slices ? width / 4 * 4 : width; k < width; k++) {
        const float4 a = (float4)(w0[k], w1[k], w2[k], w3[k]);
#define MULTIPLY(r) sum##r = fma(a, (float4)(x[r * at.pitch + k]), sum##r);
        EACH_ROW(MULTIPLY)
#undef MULTIPLY
      }
      w0 += width1, w1 += width1, w2 += width1, w3 += width1;
    }
    __local float *to = exchange + slice * SLICE_SIZE(columns) + first;
    EACH_ROW(LEAVE_SUM)
  }
}

// d·W, for the `columns` columns of W from `offset` on.
static inline void input_gradient_sums(standing at, __local float *exchange, TILE const float *d,
                                       int width, __global const float *w, int depth, int offset,
                                       int columns, int slices) {
  const int item = get_local_id(0), slice = item % slices;
  const int vectors = depth % 4 == 0 && offset % 4 == 0;
  TILE const float *x = FIRST_ROW(d);
  for (int first = item / slices * 4; first < columns; first += GROUP / slices * 4) {
    __global const float *from = w + offset + first;
    const int count = columns - first;
    EACH_ROW(NEW_SUM)
    for (int m = slice * 4; m + 4 <= width; m += slices * 4) {
      const float4 a0 = global_four(from + m * depth, count, vectors),
                   a1 = global_four(from + (m + 1) * depth, count, vectors),
                   a2 = global_four(from + (m + 2) * depth, count, vectors),
                   a3 = global_four(from + (m + 3) * depth, count, vectors);
#define MULTIPLY(r)                                       \
  {                                                       \
    const float4 b = local_four(x + r * at.pitch + m, 1); \
    sum##r = fma(a0, (float4)(b.x), sum##r);              \
    sum##r = fma(a1, (float4)(b.y), sum##r);              \
    sum##r = fma(a2, (float4)(b.z), sum##r);              \
    sum##r = fma(a3, (float4)(b.w), sum##r);              \
  }
      EACH_ROW(MULTIPLY)
#undef MULTIPLY
    }
    for (int m = slice == width / 4 % slices ? width / 4 * 4 : width; m < width; m++) {
      const float4 a = global_four(from + m * depth, count, vectors);
#define MULTIPLY(r) sum##r = fma(a, (float4)(x[r * at.pitch + m]), sum##r);
      EACH_ROW(MULTIPLY)
#undef MULTIPLY
    }
    __local float *to = exchange + slice * SLICE_SIZE(columns) + first;
    EACH_ROW(LEAVE_SUM)
  }
}

// Element (r, c) of what the slices add up to.
static inline float exchanged(__local const float *exchange, int r, int c, int columns,
                              int slices) {
  float sum = 0.0f;
#pragma unroll
  for (int s = 0; s < slices; s++)
    sum += exchange[s * SLICE_SIZE(columns) + r * PADDED(columns) + c];
  return sum;
}

// y = f(Σ + b)
static inline void dense_result(standing at, __local const float *exchange, __global const float *b,
                                TILE float *y, TILE float *before, int has_before, int columns,
                                int activation, int slices) {
  for (int e = get_local_id(0); e < ROWS * columns; e += GROUP) {
    const int r = e / columns, c = e % columns;
    const float x = exchanged(exchange, r, c, columns, slices) + b[c];
    if (has_before) ELEMENT(before, r, c) = x;
    ELEMENT(y, r, c) = activate(activation, x);
  }
}

static inline void input_gradient_result(standing at, __local const float *exchange, TILE float *dx,
                                         int adds, int width, int slices) {
  for (int e = get_local_id(0); e < ROWS * width; e += GROUP) {
    const int r = e / width, c = e % width;
    contribute(&ELEMENT(dx, r, c), exchanged(exchange, r, c, width, slices), adds);
  }
}
#else
// A processor takes four columns at a time: written out, because a compiler that leaves a loop over
// them keeps their sums in memory.
#define EACH(f) f(0) f(1) f(2) f(3)

// sums[j] += Σₖ x[k]·w[(first + j)·step + k·pitch]; columns beyond the last one repeat it.
static inline void add_products(REALS *sums, TILE const float *x, int depth,
                                __global const float *w, int first, int columns, int step,
                                int pitch) {
#define WEIGHTS(j) __global const float *w##j = w + min(first + j, columns - 1) * step;
#define MULTIPLY(j) sums[j] = fma(xk, (REALS)(w##j[k * pitch]), sums[j]);
  EACH(WEIGHTS)
  for (int k = 0; k < depth; k++) {
    const REALS xk = LOAD(AT(x, k));
    EACH(MULTIPLY)
  }
#undef WEIGHTS
#undef MULTIPLY
}

// y = f([x₁ x₂]·Wᵀ + b)
static inline void dense(standing at, TILE const float *x1, int width1, TILE const float *x2,
                         int has_x2, int width2, __global const float *w, __global const float *b,
                         TILE float *y, TILE float *before, int has_before, int columns,
                         int activation) {
  const int depth = width1 + width2;
  for (int first = 0; first < columns; first += 4) {
#define BIAS(j) sums[j] = (REALS)(b[min(first + j, columns - 1)]);
#define FINISH(j)                                           \
  if (first + j < columns) {                                \
    if (has_before) STORE(sums[j], AT(before, first + j));  \
    STORE(activate(activation, sums[j]), AT(y, first + j)); \
  }
    REALS sums[4];
    EACH(BIAS)
    add_products(sums, x1, width1, w, first, columns, depth, 1);
    if (has_x2) add_products(sums, x2, width2, w + width1, first, columns, depth, 1);
    EACH(FINISH)
#undef BIAS
#undef FINISH
  }
}

// dx = or += d·W, for the `width` columns of W from `offset` on.
static inline void input_gradient(standing at, TILE const float *d, int columns,
                                  __global const float *w, int depth, int offset, TILE float *dx,
                                  int adds, int width) {
  for (int first = 0; first < width; first += 4) {
#define ZERO(j) sums[j] = (REALS)(0.0f);
#define FINISH(j) \
  if (first + j < width) contribute(AT(dx, first + j), sums[j], adds);
    REALS sums[4];
    EACH(ZERO)
    add_products(sums, d, columns, w + offset, first, width, 1, depth);
    EACH(FINISH)
#undef ZERO
#undef FINISH
  }
}
#endif
