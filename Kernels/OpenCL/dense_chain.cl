// A dense layer and its gradients as operations of a chain.

#if LANES > 1
// sums[j] += Σₖ x[k]·w[j·step + k·pitch], for BLOCK columns from the first on; those beyond the
// last repeat it.
static inline void LANED(chain_multiply)(REALS *sums, __global const float *x, int depth,
                                         __global const float *w, int first, int columns, int step,
                                         int pitch) {
#define WEIGHTS(j) __global const float *w##j = w + min(first + j, columns - 1) * step;
#define MULTIPLY(j) sums[j] = fma(xk, (REALS)(w##j[k * pitch]), sums[j]);
  EACH(WEIGHTS)
  for (int k = 0; k < depth; k++) {
    const REALS xk = LOAD(x + k * TILE_ROWS);
    EACH(MULTIPLY)
  }
#undef WEIGHTS
#undef MULTIPLY
}

static inline void LANED(chain_dense)(CHAIN_ARGUMENTS) {
  const int width1 = o[DENSE_WIDTH1], width2 = o[DENSE_WIDTH2], columns = o[DENSE_COLUMNS],
            depth = width1 + width2;
  __global const float *w = WHOLE(DENSE_W), *b = WHOLE(DENSE_B);
  for (int first = COLUMN_START * BLOCK; first < columns; first += COLUMN_STRIDE * BLOCK) {
#define BIAS(j) sums[j] = (REALS)(b[min(first + j, columns - 1)]);
#define FINISH(j)                                                                \
  if (first + j < columns) {                                                     \
    const int at = (first + j) * TILE_ROWS;                                      \
    if (HAS(DENSE_BEFORE)) STORE(sums[j], TILE_AT(DENSE_BEFORE) + at);           \
    STORE(LANED(activate)(o[DENSE_ACTIVATION], sums[j]), TILE_AT(DENSE_Y) + at); \
  }
    REALS sums[BLOCK];
    EACH(BIAS)
    LANED(chain_multiply)(sums, TILE_AT(DENSE_X1), width1, w, first, columns, depth, 1);
    LANED(chain_multiply)(sums, OPTIONAL(DENSE_X2), width2, w + width1, first, columns, depth, 1);
    EACH(FINISH)
#undef BIAS
#undef FINISH
  }
}

// d = dy ∘ f′, and 0 in rows that there are not.
static inline void LANED(chain_delta)(CHAIN_ARGUMENTS) {
  const INTS exists = ROWS_FROM(base + CHAIN_ROW) < (INTS)(rows);
  for (int c = COLUMN_START; c < o[DELTA_COLUMNS]; c += COLUMN_STRIDE) {
    const int at = c * TILE_ROWS;
    const REALS slope =
        LANED(activation_derivative)(o[DELTA_ACTIVATION], LOAD(TILE_AT(DELTA_SAVED) + at));
    STORE(exists ? LOAD(TILE_AT(DELTA_DY) + at) * slope : (REALS)(0.0f), TILE_AT(DELTA_D) + at);
  }
}

static inline void LANED(chain_input_gradient)(CHAIN_ARGUMENTS) {
  const int columns = o[INPUT_GRADIENT_COLUMNS], depth = o[INPUT_GRADIENT_DEPTH],
            width = o[INPUT_GRADIENT_WIDTH];
  for (int first = COLUMN_START * BLOCK; first < width; first += COLUMN_STRIDE * BLOCK) {
#define ZERO(j) sums[j] = (REALS)(0.0f);
#define FINISH(j)                          \
  if (first + j < width) LANED(contribute) \
  (TILE_AT(INPUT_GRADIENT_DX) + (first + j) * TILE_ROWS, sums[j], ADDS(INPUT_GRADIENT_DX));
    REALS sums[BLOCK];
    EACH(ZERO)
    LANED(chain_multiply)
    (sums, TILE_AT(INPUT_GRADIENT_D), columns, WHOLE(INPUT_GRADIENT_W), first, width, 1, depth);
    EACH(FINISH)
#undef ZERO
#undef FINISH
  }
}

#if LANES == 4
// The sum over the rows of a tile.
static inline float chain_dot(__global const float *a, __global const float *b) {
  float4 sum = 0.0f;
  for (int r = 0; r < TILE_ROWS / 4; r++) sum = fma(vload4(r, a), vload4(r, b), sum);
  return (sum.x + sum.z) + (sum.y + sum.w);
}

// dW = dᵀ·x for one input of a layer, and db = Σ d.
static inline void chain_weight_gradient_lanes4(CHAIN_ARGUMENTS) {
  const int item = get_local_id(0), columns = o[WEIGHT_GRADIENT_COLUMNS],
            width = o[WEIGHT_GRADIENT_WIDTH], depth = o[WEIGHT_GRADIENT_DEPTH];
  for (int e = item; HAS(WEIGHT_GRADIENT_DW) && e < columns * width; e += CHAIN_GROUP) {
    const int m = e / width, n = e % width;
    const float x = chain_dot(tile + o[WEIGHT_GRADIENT_D] + m * TILE_ROWS,
                              tile + o[WEIGHT_GRADIENT_X] + n * TILE_ROWS);
    contribute(sums + o[WEIGHT_GRADIENT_DW] + m * depth + n, x,
               !is_first || ADDS(WEIGHT_GRADIENT_DW));
  }
  for (int m = item; HAS(WEIGHT_GRADIENT_DB) && m < columns; m += CHAIN_GROUP) {
    float sum = 0.0f;
    for (int r = 0; r < TILE_ROWS; r++) sum += tile[o[WEIGHT_GRADIENT_D] + m * TILE_ROWS + r];
    contribute(sums + o[WEIGHT_GRADIENT_DB] + m, sum, !is_first || ADDS(WEIGHT_GRADIENT_DB));
  }
}
#else
static inline void add_columns(float16 x, __global float *out, int count, int adds) {
  if (count == 16) {
    contribute_lanes16(out, x, adds);
    return;
  }
  float part[16];
  vstore16(x, 0, part);
  for (int i = 0; i < count; i++) contribute(out + i, part[i], adds);
}

// Vectors have columns of x here: sixteen rows of it are turned at a time.
static inline void chain_weight_gradient_lanes16(CHAIN_ARGUMENTS) {
  const int columns = o[WEIGHT_GRADIENT_COLUMNS], width = o[WEIGHT_GRADIENT_WIDTH],
            depth = o[WEIGHT_GRADIENT_DEPTH];
  __global const float *d = tile + o[WEIGHT_GRADIENT_D], *x = tile + o[WEIGHT_GRADIENT_X];
  for (int n = 0; HAS(WEIGHT_GRADIENT_DW) && n < width; n += 16) {
    const int count = min(width - n, 16), adds = !is_first || ADDS(WEIGHT_GRADIENT_DW);
    float turned[TILE_ROWS * 16];
    for (int j = 0; j < 16; j++) {
      __global const float *column = x + min(n + j, width - 1) * TILE_ROWS;
      for (int r = 0; r < TILE_ROWS; r++) turned[r * 16 + j] = column[r];
    }
    for (int m = 0; m < columns; m += BLOCK) {
#define ROW(j) sums##j = 0.0f, d##j = d + min(m + j, columns - 1) * TILE_ROWS;
#define MULTIPLY(j) sums##j = fma((float16)(d##j[r]), xr, sums##j);
#define FINISH(j)      \
  if (m + j < columns) \
    add_columns(sums##j, sums + o[WEIGHT_GRADIENT_DW] + (m + j) * depth + n, count, adds);
      float16 sums0, sums1, sums2, sums3;
      __global const float *d0, *d1, *d2, *d3;
      EACH(ROW)
      for (int r = 0; r < TILE_ROWS; r++) {
        const float16 xr = vload16(r, turned);
        EACH(MULTIPLY)
      }
      EACH(FINISH)
#undef ROW
#undef MULTIPLY
#undef FINISH
    }
  }
  for (int m = 0; HAS(WEIGHT_GRADIENT_DB) && m < columns; m++) {
    const float16 row = vload16(m, d);
    const float8 eight = row.lo + row.hi;
    const float4 four = eight.lo + eight.hi;
    contribute(sums + o[WEIGHT_GRADIENT_DB] + m, (four.x + four.z) + (four.y + four.w),
               !is_first || ADDS(WEIGHT_GRADIENT_DB));
  }
}
#endif
#endif
