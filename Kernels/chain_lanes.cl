// The operations of a chain on LANES rows, and the two kernels: see chain.cl.

#if LANES > 1
#undef COLUMN_START
#undef COLUMN_STRIDE
#undef CHAIN_ROW
#undef ROW_OWNER
#undef BLOCK
#undef MIXTURE
#undef MIXTURE_SCRATCH

#if LANES == 4
#define ROW_GROUPS (TILE_ROWS / LANES)
// Where a work-item starts among columns, or blocks of columns, and how far it goes.
#define COLUMN_START ((int)get_local_id(0) / ROW_GROUPS)
#define COLUMN_STRIDE (CHAIN_GROUP / ROW_GROUPS)
// The first of its rows.
#define CHAIN_ROW ((int)get_local_id(0) % ROW_GROUPS * LANES)
// Whether the work-item is the one for its rows.
#define ROW_OWNER (get_local_id(0) < ROW_GROUPS)
#define BLOCK 1
#else
#define COLUMN_START 0
#define COLUMN_STRIDE 1
#define CHAIN_ROW 0
#define ROW_OWNER 1
#define BLOCK 4
#endif

// Four columns at a time, or one: written out, because a compiler that leaves a loop over them
// keeps their sums in memory.
#undef EACH
#if LANES == 4
#define EACH(f) f(0)
#else
#define EACH(f) f(0) f(1) f(2) f(3)
#endif

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

static inline void LANED(chain_dense)(__global const int *o, memory tile, const memory *values) {
  const int width1 = o[2], width2 = o[4], columns = o[11], depth = width1 + width2;
  __global const float *w = WHOLE(5), *b = WHOLE(7);
  for (int first = COLUMN_START * BLOCK; first < columns; first += COLUMN_STRIDE * BLOCK) {
#define BIAS(j) sums[j] = (REALS)(b[min(first + j, columns - 1)]);
#define FINISH(j)                                            \
  if (first + j < columns) {                                 \
    const int at = (first + j) * TILE_ROWS;                  \
    if (o[10] >= 0) STORE(sums[j], TILE_AT(10) + at);        \
    STORE(LANED(activate)(o[12], sums[j]), TILE_AT(9) + at); \
  }
    REALS sums[BLOCK];
    EACH(BIAS)
    LANED(chain_multiply)(sums, TILE_AT(1), width1, w, first, columns, depth, 1);
    LANED(chain_multiply)(sums, OPTIONAL(3), width2, w + width1, first, columns, depth, 1);
    EACH(FINISH)
#undef BIAS
#undef FINISH
  }
}

// d = dy ∘ f′, and 0 in rows that there are not.
static inline void LANED(chain_delta)(__global const int *o, memory tile, int base, int rows) {
  const INTS exists = ROWS_FROM(base + CHAIN_ROW) < (INTS)(rows);
  for (int c = COLUMN_START; c < o[5]; c += COLUMN_STRIDE) {
    const int at = c * TILE_ROWS;
    const REALS slope = LANED(activation_derivative)(o[3], LOAD(TILE_AT(2) + at));
    STORE(exists ? LOAD(TILE_AT(1) + at) * slope : (REALS)(0.0f), TILE_AT(4) + at);
  }
}

static inline void LANED(chain_input_gradient)(__global const int *o, memory tile,
                                               const memory *values) {
  const int columns = o[2], depth = o[5], width = o[7];
  for (int first = COLUMN_START * BLOCK; first < width; first += COLUMN_STRIDE * BLOCK) {
#define ZERO(j) sums[j] = (REALS)(0.0f);
#define FINISH(j) \
  if (first + j < width) LANED(contribute)(TILE_AT(6) + (first + j) * TILE_ROWS, sums[j], o[8]);
    REALS sums[BLOCK];
    EACH(ZERO)
    LANED(chain_multiply)(sums, TILE_AT(1), columns, WHOLE(3), first, width, 1, depth);
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
static inline void chain_weight_gradient_lanes4(__global const int *o, memory tile, memory sums,
                                                int is_first) {
  const int item = get_local_id(0), columns = o[2], width = o[4], depth = o[5];
  for (int e = item; o[6] >= 0 && e < columns * width; e += CHAIN_GROUP) {
    const int m = e / width, n = e % width;
    const float x = chain_dot(tile + o[1] + m * TILE_ROWS, tile + o[3] + n * TILE_ROWS);
    contribute(sums + o[6] + m * depth + n, x, !is_first || o[7]);
  }
  for (int m = item; o[8] >= 0 && m < columns; m += CHAIN_GROUP) {
    float sum = 0.0f;
    for (int r = 0; r < TILE_ROWS; r++) sum += tile[o[1] + m * TILE_ROWS + r];
    contribute(sums + o[8] + m, sum, !is_first || o[9]);
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
static inline void chain_weight_gradient_lanes16(__global const int *o, memory tile, memory sums,
                                                 int is_first) {
  const int columns = o[2], width = o[4], depth = o[5];
  __global const float *d = tile + o[1], *x = tile + o[3];
  for (int n = 0; o[6] >= 0 && n < width; n += 16) {
    const int count = min(width - n, 16), adds = !is_first || o[7];
    float turned[TILE_ROWS * 16];
    for (int j = 0; j < 16; j++) {
      __global const float *column = x + min(n + j, width - 1) * TILE_ROWS;
      for (int r = 0; r < TILE_ROWS; r++) turned[r * 16 + j] = column[r];
    }
    for (int m = 0; m < columns; m += BLOCK) {
#define ROW(j) sums##j = 0.0f, d##j = d + min(m + j, columns - 1) * TILE_ROWS;
#define MULTIPLY(j) sums##j = fma((float16)(d##j[r]), xr, sums##j);
#define FINISH(j) \
  if (m + j < columns) add_columns(sums##j, sums + o[6] + (m + j) * depth + n, count, adds);
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
  for (int m = 0; o[8] >= 0 && m < columns; m++) {
    const float16 row = vload16(m, d);
    const float8 eight = row.lo + row.hi;
    const float4 four = eight.lo + eight.hi;
    contribute(sums + o[8] + m, (four.x + four.z) + (four.y + four.w), !is_first || o[9]);
  }
}
#endif

static inline void LANED(chain_reparameterize)(__global const int *o, memory tile,
                                               const memory *values, int base) {
  const int columns = o[8], has_z = o[2] >= 0;
  const float bound = REAL(6);
  REALS kl = 0.0f;
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4];
    if (has_z)
      LANED(row_noise)((__global const uint *)WHOLE(3), o[5], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int at = (block * 4 + i) * TILE_ROWS;
      const REALS mean = LOAD(TILE_AT(1) + at);
      const REALS v = LANED(bounded)(LOAD(TILE_AT(1) + at + columns * TILE_ROWS), bound);
      if (has_z) STORE(mean + noise[i] * exp(0.5f * v), TILE_AT(2) + at);
      kl += LANED(divergence)(mean, v);
    }
  }
  // Parts of the divergence, one for each column of work-items.
  if (o[7] >= 0 && COLUMN_START * 4 < columns) STORE(kl, TILE_AT(7) + COLUMN_START * TILE_ROWS);
}

static inline void LANED(chain_sum_parts)(__global const int *o, memory tile) {
  if (!ROW_OWNER) return;
  REALS sum = 0.0f;
  for (int c = 0; c < COLUMN_STRIDE && c * 4 < o[3]; c++) sum += LOAD(TILE_AT(1) + c * TILE_ROWS);
  STORE(sum, TILE_AT(2));
}

static inline void LANED(chain_reparameterize_gradient)(__global const int *o, memory tile,
                                                        const memory *values, int base) {
  const int columns = o[12], has_dz = o[2] >= 0;
  __global const uint *clock = (__global const uint *)WHOLE(3);
  REALS weight = 0.0f;
  if (o[9] >= 0) weight = LANED(row_weight)(clock, WHOLE(7), o[9], base + CHAIN_ROW);
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if (has_dz) LANED(row_noise)(clock, o[5], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int at = (block * 4 + i) * TILE_ROWS, half_row = columns * TILE_ROWS;
      REALS dz = 0.0f;
      if (has_dz) dz = LOAD(TILE_AT(2) + at);
      LANED(latent_gradient)
      (LOAD(TILE_AT(1) + at), LOAD(TILE_AT(1) + at + half_row), dz, noise[i], REAL(6), weight,
       TILE_AT(10) + at, TILE_AT(10) + at + half_row, o[11]);
    }
  }
}

static inline void LANED(chain_error)(__global const int *o, memory tile, const memory *values,
                                      int base) {
  if (!ROW_OWNER) return;
  LANED(row_error)
  (TILE_AT(1), TILE_AT(2), TILE_ROWS, o[3], WHOLE(4), REAL(6), TERM_WEIGHT(7), TILE_AT(12),
   OPTIONAL(13), o[13] >= 0, o[14], o[15]);
}

static inline void LANED(chain_energy)(__global const int *o, memory tile, const memory *values,
                                       int base) {
  if (!ROW_OWNER) return;
  LANED(row_energy)
  (TILE_AT(1), TILE_AT(2), TILE_ROWS, WHOLE(3), WHOLE(5), WHOLE(7), o[9], TERM_WEIGHT(10),
   TILE_AT(15), OPTIONAL(16), o[16] >= 0, o[17], o[18]);
}

static inline void LANED(chain_likelihood)(__global const int *o, memory tile, const memory *values,
                                           int base) {
  if (!ROW_OWNER) return;
  const REALS weight = TERM_WEIGHT(3);
  REALS log_det = 0.0f;
  if (o[2] >= 0) log_det = LOAD(TILE_AT(2));
  LANED(row_likelihood)
  (TILE_AT(1), TILE_ROWS, log_det, weight, TILE_AT(8), OPTIONAL(9), o[9] >= 0, o[10], o[13]);
  if (o[11] >= 0) LANED(contribute)(TILE_AT(11), -weight, o[12]);
}

static inline void LANED(chain_coupling)(__global const int *o, memory tile, const memory *values) {
  if (!ROW_OWNER) return;
  REALS sum =
      LANED(row_coupling)(TILE_AT(1), TILE_AT(2), TILE_ROWS, (__global const uint *)WHOLE(3),
                          TILE_AT(6), REAL(8), o[9], o[10], o[11]);
  if (o[5] >= 0) sum += LOAD(TILE_AT(5));
  STORE(sum, TILE_AT(7));
}

static inline void LANED(chain_coupling_gradient)(__global const int *o, memory tile,
                                                  const memory *values) {
  if (!ROW_OWNER) return;
  REALS dl = 0.0f;
  if (o[6] >= 0) dl = LOAD(TILE_AT(6));
  LANED(row_coupling_gradient)
  (TILE_AT(1), TILE_AT(2), TILE_ROWS, (__global const uint *)WHOLE(3), OPTIONAL(5), o[5] >= 0, dl,
   OPTIONAL(7), o[7] >= 0, o[8], OPTIONAL(9), o[9] >= 0, o[10], REAL(11), o[12], o[13], o[14]);
}

static inline void LANED(chain_jitter)(__global const int *o, memory tile, const memory *values,
                                       int base) {
  const int columns = o[8];
  __global const float *deviations = WHOLE(2);
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4];
    LANED(row_noise)((__global const uint *)WHOLE(4), o[6], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int c = block * 4 + i, at = c * TILE_ROWS;
      STORE(LOAD(TILE_AT(1) + at) + deviations[c] * noise[i], TILE_AT(7) + at);
    }
  }
}

static inline void LANED(chain_scale)(__global const int *o, memory tile) {
  for (int c = COLUMN_START; c < o[5]; c += COLUMN_STRIDE)
    LANED(contribute)(TILE_AT(3) + c * TILE_ROWS, REAL(2) * LOAD(TILE_AT(1) + c * TILE_ROWS), o[4]);
}

static inline void LANED(chain_add)(__global const int *o, memory tile) {
  for (int c = COLUMN_START; c < o[4]; c += COLUMN_STRIDE) {
    const int at = c * TILE_ROWS;
    STORE(LOAD(TILE_AT(1) + at) + LOAD(TILE_AT(2) + at), TILE_AT(3) + at);
  }
}

static inline void LANED(chain_fill)(__global const int *o, memory tile) {
  for (int c = COLUMN_START; c < o[3]; c += COLUMN_STRIDE)
    STORE((REALS)(REAL(2)), TILE_AT(1) + c * TILE_ROWS);
}

static inline void LANED(chain_permute)(__global const int *o, memory tile, const memory *values) {
  __global const uint *order = (__global const uint *)WHOLE(2);
  for (int c = COLUMN_START; c < o[7]; c += COLUMN_STRIDE) {
    const int there = (int)order[c];
    LANED(contribute)
    (TILE_AT(5) + (o[4] ? c : there) * TILE_ROWS, LOAD(TILE_AT(1) + (o[4] ? there : c) * TILE_ROWS),
     o[6]);
  }
}

// The operands of all operations on a mixture: its rows and the targets', K, the middle and half
// the range of log σ, n, scratch, a term of six words, and the gradient's rows.
#define MIXTURE mixture_at(TILE_AT(1), TILE_ROWS, o[3], o[6], REAL(4), REAL(5))
#define MIXTURE_SCRATCH(c) (TILE_AT(7) + (c)*TILE_ROWS)

// The scratch has the logarithms of the K parts, then of their sum, then of the sum of the logits.
static inline void LANED(chain_mixture_parts)(__global const int *o, memory tile) {
  for (int j = COLUMN_START; j < o[3]; j += COLUMN_STRIDE)
    STORE(LANED(log_part)(MIXTURE, j, TILE_AT(2)), MIXTURE_SCRATCH(j));
}

static inline void LANED(chain_mixture_surprise)(__global const int *o, memory tile) {
  if (!ROW_OWNER) return;
  const REALS whole = LANED(log_sum)(MIXTURE_SCRATCH(0), TILE_ROWS, o[3]);
  const REALS normalizer = LANED(log_normalizer)(MIXTURE);
  STORE(whole, MIXTURE_SCRATCH(o[3]));
  STORE(normalizer, MIXTURE_SCRATCH(o[3] + 1));
  STORE(LANED(mixture_surprise)(MIXTURE, whole, normalizer), TILE_AT(13));
}

static inline void LANED(chain_mixture_gradient)(__global const int *o, memory tile,
                                                 const memory *values, int base) {
  const REALS whole = LOAD(MIXTURE_SCRATCH(o[3])), normalizer = LOAD(MIXTURE_SCRATCH(o[3] + 1));
  for (int j = COLUMN_START; j < o[3]; j += COLUMN_STRIDE) {
    LANED(mixture_gradient)
    (MIXTURE, j, TILE_AT(2), exp(LOAD(MIXTURE_SCRATCH(j)) - whole),
     LANED(mixture_chance)(MIXTURE, j, normalizer), TERM_WEIGHT(8), TILE_AT(14), o[15]);
  }
}

// The scratch has K chances, n means and n errors of the means.
static inline void LANED(chain_mixture_chances)(__global const int *o, memory tile) {
  const REALS normalizer = LANED(log_normalizer)(MIXTURE);
  for (int j = COLUMN_START; j < o[3]; j += COLUMN_STRIDE)
    STORE(LANED(mixture_chance)(MIXTURE, j, normalizer), MIXTURE_SCRATCH(j));
}

static inline void LANED(chain_mixture_means)(__global const int *o, memory tile) {
  const int components = o[3], columns = o[6];
  __global const float *means = TILE_AT(1) + components * TILE_ROWS;
  for (int c = COLUMN_START; c < columns; c += COLUMN_STRIDE) {
    REALS mean = 0.0f;
    for (int j = 0; j < components; j++)
      mean += LOAD(MIXTURE_SCRATCH(j)) * LOAD(means + (j * columns + c) * TILE_ROWS);
    STORE(mean, MIXTURE_SCRATCH(components + c));
    STORE(mean - LOAD(TILE_AT(2) + c * TILE_ROWS), MIXTURE_SCRATCH(components + columns + c));
  }
}

static inline void LANED(chain_mixture_mean_error)(__global const int *o, memory tile,
                                                   const memory *values, int base) {
  const int components = o[3], columns = o[6];
  __global const float *means = MIXTURE_SCRATCH(components), *errors = means + columns * TILE_ROWS;
  if (ROW_OWNER) {
    REALS sum = 0.0f;
    for (int c = 0; c < columns; c++) sum += LANED(square)(LOAD(errors + c * TILE_ROWS));
    STORE(sum / (float)columns, TILE_AT(13));
  }
  if (o[14] < 0) return;
  const REALS weight = TERM_WEIGHT(8) * 2.0f / (float)columns;
  for (int j = COLUMN_START; j < components; j += COLUMN_STRIDE) {
    const REALS chance = LOAD(MIXTURE_SCRATCH(j));
    REALS logit = 0.0f;
    for (int c = 0; c < columns; c++) {
      const int at = (components + j * columns + c) * TILE_ROWS;
      const REALS g = weight * LOAD(errors + c * TILE_ROWS);
      logit += g * (LOAD(TILE_AT(1) + at) - LOAD(means + c * TILE_ROWS));
      LANED(contribute)(TILE_AT(14) + at, chance * g, o[15]);
      LANED(contribute)(TILE_AT(14) + at + components * columns * TILE_ROWS, 0.0f, o[15]);
    }
    LANED(contribute)(TILE_AT(14) + j * TILE_ROWS, chance * logit, o[15]);
  }
}

static inline void LANED(chain_operation)(__global const int *o, memory tile, memory sums,
                                          const memory *values, int base, int rows, int is_first) {
  const int item = get_local_id(0), items = get_local_size(0);
  switch (o[0]) {
    case CHAIN_IMPORT:
      chain_import(o, tile, values, base, rows, item, items);
      break;
    case CHAIN_EXPORT:
      chain_export(o, tile, values, base, rows, item, items);
      break;
    case CHAIN_GATHER:
      chain_gather(o, tile, values, base, item, items);
      break;
    case CHAIN_DENSE:
      LANED(chain_dense)(o, tile, values);
      break;
    case CHAIN_DELTA:
      LANED(chain_delta)(o, tile, base, rows);
      break;
    case CHAIN_INPUT_GRADIENT:
      LANED(chain_input_gradient)(o, tile, values);
      break;
    case CHAIN_WEIGHT_GRADIENT:
      LANED(chain_weight_gradient)(o, tile, sums, is_first);
      break;
    case CHAIN_REPARAMETERIZE:
      LANED(chain_reparameterize)(o, tile, values, base);
      break;
    case CHAIN_REPARAMETERIZE_GRADIENT:
      LANED(chain_reparameterize_gradient)(o, tile, values, base);
      break;
    case CHAIN_ERROR:
      LANED(chain_error)(o, tile, values, base);
      break;
    case CHAIN_ENERGY:
      LANED(chain_energy)(o, tile, values, base);
      break;
    case CHAIN_LIKELIHOOD:
      LANED(chain_likelihood)(o, tile, values, base);
      break;
    case CHAIN_COUPLING:
      LANED(chain_coupling)(o, tile, values);
      break;
    case CHAIN_COUPLING_GRADIENT:
      LANED(chain_coupling_gradient)(o, tile, values);
      break;
    case CHAIN_JITTER:
      LANED(chain_jitter)(o, tile, values, base);
      break;
    case CHAIN_SCALE:
      LANED(chain_scale)(o, tile);
      break;
    case CHAIN_ADD:
      LANED(chain_add)(o, tile);
      break;
    case CHAIN_FILL:
      LANED(chain_fill)(o, tile);
      break;
    case CHAIN_PERMUTE:
      LANED(chain_permute)(o, tile, values);
      break;
    case CHAIN_SUM_PARTS:
      LANED(chain_sum_parts)(o, tile);
      break;
    case CHAIN_MIXTURE_PARTS:
      LANED(chain_mixture_parts)(o, tile);
      break;
    case CHAIN_MIXTURE_SURPRISE:
      LANED(chain_mixture_surprise)(o, tile);
      break;
    case CHAIN_MIXTURE_GRADIENT:
      LANED(chain_mixture_gradient)(o, tile, values, base);
      break;
    case CHAIN_MIXTURE_CHANCES:
      LANED(chain_mixture_chances)(o, tile);
      break;
    case CHAIN_MIXTURE_MEANS:
      LANED(chain_mixture_means)(o, tile);
      break;
    case CHAIN_MIXTURE_MEAN_ERROR:
      LANED(chain_mixture_mean_error)(o, tile, values, base);
      break;
  }
}

// starts[i] is where operation i starts in the table.
#if LANES == 4
__kernel __attribute__((reqd_work_group_size(CHAIN_GROUP, 1, 1))) void chain(CHAIN_PARAMETERS) {
#else
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void chain_lanes(CHAIN_PARAMETERS) {
#endif
  const memory values[16] = {table, v1, v2,  v3,  v4,  v5,  v6,  v7,
                             v8,    v9, v10, v11, v12, v13, v14, v15};
  const int slot = get_group_id(0);
  __global const int *words = (__global const int *)table;
  const int first = slot * tiles_per_slot;
  const int end = min(first + tiles_per_slot, (rows + TILE_ROWS - 1) / TILE_ROWS);
  for (int t = first; t < end; t++) {
    for (int i = 0; i < operations; i++) {
      LANED(chain_operation)
      (words + words[i], tiles + (size_t)slot * tile_size, slots + (size_t)slot * slot_size, values,
       t * TILE_ROWS, rows, t == first);
      barrier(CLK_GLOBAL_MEM_FENCE);
    }
  }
}
#endif
