// The operations of a chain on LANES rows, and the two kernels: see chain.cl.

#if LANES > 1
#undef COLUMN_START
#undef COLUMN_STRIDE
#undef CHAIN_ROW
#undef ROW_OWNER
#undef BLOCK
#undef MIXTURE
#undef MIXTURE_COLUMN

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

// Rows of a value in memory; beyond the last one, it repeats.
static inline void LANED(chain_import)(CHAIN_ARGUMENTS) {
  memory from = WHOLE(TRANSFER_MEMORY), to = tile + o[TRANSFER_ROWS];
  const int width = o[TRANSFER_WIDTH];
  for (int e = get_local_id(0); e < width * TILE_ROWS; e += get_local_size(0)) {
    const int r = e / width, c = e % width;
    to[c * TILE_ROWS + r] = from[min(base + r, rows - 1) * width + c];
  }
}

static inline void LANED(chain_export)(CHAIN_ARGUMENTS) {
  memory to = WHOLE(TRANSFER_MEMORY), from = tile + o[TRANSFER_ROWS];
  const int width = o[TRANSFER_WIDTH];
  for (int e = get_local_id(0); e < width * TILE_ROWS; e += get_local_size(0)) {
    const int r = e / width, c = e % width;
    if (base + r < rows) to[(base + r) * width + c] = from[c * TILE_ROWS + r];
  }
}

static inline void LANED(chain_gather)(CHAIN_ARGUMENTS) {
  for (int r = get_local_id(0); r < TILE_ROWS; r += get_local_size(0)) {
    const uint row = gathered_row(WORDS_OF(GATHER_CLOCK), o[GATHER_TABLE_ROWS], o[GATHER_SHUFFLES],
                                  o[GATHER_STREAM], base + r);
    __global const float *from = WHOLE(GATHER_TABLE) + (size_t)row * o[GATHER_TABLE_COLUMNS];
    for (int c = 0; c < o[GATHER_FIRST_WIDTH]; c++)
      tile[o[GATHER_FIRST] + c * TILE_ROWS + r] = from[o[GATHER_FIRST_START] + c];
    for (int c = 0; c < o[GATHER_SECOND_WIDTH]; c++)
      tile[o[GATHER_SECOND] + c * TILE_ROWS + r] = from[o[GATHER_SECOND_START] + c];
  }
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

static inline void LANED(chain_reparameterize)(CHAIN_ARGUMENTS) {
  const int columns = o[REPARAMETERIZE_COLUMNS], has_z = HAS(REPARAMETERIZE_Z);
  const float bound = REAL(REPARAMETERIZE_BOUND);
  REALS kl = 0.0f;
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4];
    if (has_z) LANED(row_noise)
    (WORDS_OF(REPARAMETERIZE_CLOCK), o[REPARAMETERIZE_STREAM], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int at = (block * 4 + i) * TILE_ROWS;
      const REALS mean = LOAD(TILE_AT(REPARAMETERIZE_STATISTICS) + at);
      const REALS v = LANED(bounded)(
          LOAD(TILE_AT(REPARAMETERIZE_STATISTICS) + at + columns * TILE_ROWS), bound);
      if (has_z) STORE(mean + noise[i] * exp(0.5f * v), TILE_AT(REPARAMETERIZE_Z) + at);
      kl += LANED(divergence)(mean, v);
    }
  }
  // Parts of the divergence, one for each column of work-items.
  if (HAS(REPARAMETERIZE_DIVERGENCE) && COLUMN_START * 4 < columns)
    STORE(kl, TILE_AT(REPARAMETERIZE_DIVERGENCE) + COLUMN_START * TILE_ROWS);
}

static inline void LANED(chain_sum_parts)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  REALS sum = 0.0f;
  for (int c = 0; c < COLUMN_STRIDE && c * 4 < o[SUM_PARTS_COLUMNS]; c++)
    sum += LOAD(TILE_AT(SUM_PARTS_PARTS) + c * TILE_ROWS);
  STORE(sum, TILE_AT(SUM_PARTS_OUT));
}

static inline void LANED(chain_reparameterize_gradient)(CHAIN_ARGUMENTS) {
  const int columns = o[REPARAMETERIZE_GRADIENT_COLUMNS], has_dz = HAS(REPARAMETERIZE_GRADIENT_DZ);
  __global const uint *clock = WORDS_OF(REPARAMETERIZE_GRADIENT_CLOCK);
  REALS weight = 0.0f;
  if (HAS(REPARAMETERIZE_GRADIENT_TERM))
    weight = LANED(row_weight)(clock, WHOLE(REPARAMETERIZE_GRADIENT_WEIGHTS),
                               o[REPARAMETERIZE_GRADIENT_TERM], base + CHAIN_ROW);
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if (has_dz)
      LANED(row_noise)(clock, o[REPARAMETERIZE_GRADIENT_STREAM], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int at = (block * 4 + i) * TILE_ROWS, half_row = columns * TILE_ROWS;
      REALS dz = 0.0f;
      if (has_dz) dz = LOAD(TILE_AT(REPARAMETERIZE_GRADIENT_DZ) + at);
      LANED(latent_gradient)
      (LOAD(TILE_AT(REPARAMETERIZE_GRADIENT_STATISTICS) + at),
       LOAD(TILE_AT(REPARAMETERIZE_GRADIENT_STATISTICS) + at + half_row), dz, noise[i],
       REAL(REPARAMETERIZE_GRADIENT_BOUND), weight,
       TILE_AT(REPARAMETERIZE_GRADIENT_DSTATISTICS) + at,
       TILE_AT(REPARAMETERIZE_GRADIENT_DSTATISTICS) + at + half_row,
       ADDS(REPARAMETERIZE_GRADIENT_DSTATISTICS));
    }
  }
}

static inline void LANED(chain_error)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  LANED(row_error)
  (TILE_AT(ERROR_Y), TILE_AT(ERROR_T), TILE_ROWS, o[ERROR_MEASURE], WHOLE(ERROR_UNITS),
   REAL(ERROR_EPSILON), TERM_WEIGHT(ERROR_TERM), TERM_AT(ERROR_TERM), OPTIONAL(ERROR_DY),
   HAS(ERROR_DY), ADDS(ERROR_DY), o[ERROR_COLUMNS]);
}

static inline void LANED(chain_energy)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  LANED(row_energy)
  (TILE_AT(ENERGY_X), TILE_AT(ENERGY_P), TILE_ROWS, WHOLE(ENERGY_MOLECULE), WHOLE(ENERGY_X_UNITS),
   WHOLE(ENERGY_P_UNITS), o[ENERGY_IS_SQUARED], TERM_WEIGHT(ENERGY_TERM), TERM_AT(ENERGY_TERM),
   OPTIONAL(ENERGY_DX), HAS(ENERGY_DX), ADDS(ENERGY_DX), o[ENERGY_ATOMS]);
}

static inline void LANED(chain_likelihood)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  const REALS weight = TERM_WEIGHT(LIKELIHOOD_TERM);
  REALS log_det = 0.0f;
  if (HAS(LIKELIHOOD_LOG_DET)) log_det = LOAD(TILE_AT(LIKELIHOOD_LOG_DET));
  LANED(row_likelihood)
  (TILE_AT(LIKELIHOOD_Z), TILE_ROWS, log_det, weight, TERM_AT(LIKELIHOOD_TERM),
   OPTIONAL(LIKELIHOOD_DZ), HAS(LIKELIHOOD_DZ), ADDS(LIKELIHOOD_DZ), o[LIKELIHOOD_COLUMNS]);
  if (HAS(LIKELIHOOD_DLOG_DET))
    LANED(contribute)(TILE_AT(LIKELIHOOD_DLOG_DET), -weight, ADDS(LIKELIHOOD_DLOG_DET));
}

static inline void LANED(chain_coupling)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  REALS sum = LANED(row_coupling)(TILE_AT(COUPLING_X), TILE_AT(COUPLING_PARAMETERS), TILE_ROWS,
                                  WORDS_OF(COUPLING_ORDER), TILE_AT(COUPLING_Y),
                                  o[COUPLING_TRANSFORM], o[COUPLING_COUNT], REAL(COUPLING_BOUND),
                                  o[COUPLING_INVERSE], o[COUPLING_PASSIVE], o[COUPLING_ACTIVE]);
  if (HAS(COUPLING_BEFORE)) sum += LOAD(TILE_AT(COUPLING_BEFORE));
  STORE(sum, TILE_AT(COUPLING_LOG_DET));
}

static inline void LANED(chain_coupling_gradient)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  REALS dl = 0.0f;
  if (HAS(COUPLING_GRADIENT_DLOG_DET)) dl = LOAD(TILE_AT(COUPLING_GRADIENT_DLOG_DET));
  LANED(row_coupling_gradient)
  (TILE_AT(COUPLING_GRADIENT_X), TILE_AT(COUPLING_GRADIENT_PARAMETERS), TILE_ROWS,
   WORDS_OF(COUPLING_GRADIENT_ORDER), OPTIONAL(COUPLING_GRADIENT_DY), HAS(COUPLING_GRADIENT_DY), dl,
   OPTIONAL(COUPLING_GRADIENT_DX), HAS(COUPLING_GRADIENT_DX), ADDS(COUPLING_GRADIENT_DX),
   OPTIONAL(COUPLING_GRADIENT_DPARAMETERS), HAS(COUPLING_GRADIENT_DPARAMETERS),
   ADDS(COUPLING_GRADIENT_DPARAMETERS), o[COUPLING_GRADIENT_TRANSFORM], o[COUPLING_GRADIENT_COUNT],
   REAL(COUPLING_GRADIENT_BOUND), o[COUPLING_GRADIENT_INVERSE], o[COUPLING_GRADIENT_PASSIVE],
   o[COUPLING_GRADIENT_ACTIVE]);
}

static inline void LANED(chain_jitter)(CHAIN_ARGUMENTS) {
  const int columns = o[JITTER_COLUMNS];
  __global const float *deviations = WHOLE(JITTER_DEVIATIONS);
  for (int block = COLUMN_START; block * 4 < columns; block += COLUMN_STRIDE) {
    REALS noise[4];
    LANED(row_noise)(WORDS_OF(JITTER_CLOCK), o[JITTER_STREAM], base + CHAIN_ROW, block, noise);
    for (int i = 0; i < 4 && block * 4 + i < columns; i++) {
      const int c = block * 4 + i, at = c * TILE_ROWS;
      STORE(LOAD(TILE_AT(JITTER_X) + at) + deviations[c] * noise[i], TILE_AT(JITTER_Y) + at);
    }
  }
}

static inline void LANED(chain_scale)(CHAIN_ARGUMENTS) {
  for (int c = COLUMN_START; c < o[SCALE_COLUMNS]; c += COLUMN_STRIDE) LANED(contribute)
  (TILE_AT(SCALE_OUT) + c * TILE_ROWS, REAL(SCALE_FACTOR) * LOAD(TILE_AT(SCALE_X) + c * TILE_ROWS),
   ADDS(SCALE_OUT));
}

static inline void LANED(chain_add)(CHAIN_ARGUMENTS) {
  for (int c = COLUMN_START; c < o[ADD_COLUMNS]; c += COLUMN_STRIDE) {
    const int at = c * TILE_ROWS;
    STORE(LOAD(TILE_AT(ADD_A) + at) + LOAD(TILE_AT(ADD_B) + at), TILE_AT(ADD_OUT) + at);
  }
}

static inline void LANED(chain_fill)(CHAIN_ARGUMENTS) {
  for (int c = COLUMN_START; c < o[FILL_COLUMNS]; c += COLUMN_STRIDE)
    STORE((REALS)(REAL(FILL_NUMBER)), TILE_AT(FILL_OUT) + c * TILE_ROWS);
}

static inline void LANED(chain_permute)(CHAIN_ARGUMENTS) {
  __global const uint *order = WORDS_OF(PERMUTE_ORDER);
  for (int c = COLUMN_START; c < o[PERMUTE_COLUMNS]; c += COLUMN_STRIDE) {
    const int there = (int)order[c];
    LANED(contribute)
    (TILE_AT(PERMUTE_OUT) + (o[PERMUTE_GATHERS] ? c : there) * TILE_ROWS,
     LOAD(TILE_AT(PERMUTE_X) + (o[PERMUTE_GATHERS] ? there : c) * TILE_ROWS), ADDS(PERMUTE_OUT));
  }
}

// A mixture, and a column of the scratch that all operations on it have.
#define MIXTURE                                                                                 \
  mixture_at(TILE_AT(MIXTURE_PARAMETERS), TILE_ROWS, o[MIXTURE_COMPONENTS], o[MIXTURE_COLUMNS], \
             REAL(MIXTURE_CENTER), REAL(MIXTURE_HALF))
#define MIXTURE_COLUMN(c) (TILE_AT(MIXTURE_SCRATCH) + (c)*TILE_ROWS)

// The scratch has the logarithms of the K parts, then of their sum, then of the sum of the logits.
static inline void LANED(chain_mixture_parts)(CHAIN_ARGUMENTS) {
  for (int j = COLUMN_START; j < o[MIXTURE_COMPONENTS]; j += COLUMN_STRIDE)
    STORE(LANED(log_part)(MIXTURE, j, TILE_AT(MIXTURE_T)), MIXTURE_COLUMN(j));
}

static inline void LANED(chain_mixture_likelihood)(CHAIN_ARGUMENTS) {
  if (!ROW_OWNER) return;
  const REALS whole = LANED(log_sum)(MIXTURE_COLUMN(0), TILE_ROWS, o[MIXTURE_COMPONENTS]);
  const REALS normalizer = LANED(log_normalizer)(MIXTURE);
  STORE(whole, MIXTURE_COLUMN(o[MIXTURE_COMPONENTS]));
  STORE(normalizer, MIXTURE_COLUMN(o[MIXTURE_COMPONENTS] + 1));
  STORE(LANED(mixture_negative_log)(MIXTURE, whole, normalizer), TERM_AT(MIXTURE_TERM));
}

static inline void LANED(chain_mixture_gradient)(CHAIN_ARGUMENTS) {
  const REALS whole = LOAD(MIXTURE_COLUMN(o[MIXTURE_COMPONENTS])),
              normalizer = LOAD(MIXTURE_COLUMN(o[MIXTURE_COMPONENTS] + 1));
  for (int j = COLUMN_START; j < o[MIXTURE_COMPONENTS]; j += COLUMN_STRIDE) {
    LANED(mixture_gradient)
    (MIXTURE, j, TILE_AT(MIXTURE_T), exp(LOAD(MIXTURE_COLUMN(j)) - whole),
     LANED(mixture_weight)(MIXTURE, j, normalizer), TERM_WEIGHT(MIXTURE_TERM),
     TILE_AT(MIXTURE_DPARAMETERS), ADDS(MIXTURE_DPARAMETERS));
  }
}

// The scratch has K weights, n means and n errors of the means.
static inline void LANED(chain_mixture_weights)(CHAIN_ARGUMENTS) {
  const REALS normalizer = LANED(log_normalizer)(MIXTURE);
  for (int j = COLUMN_START; j < o[MIXTURE_COMPONENTS]; j += COLUMN_STRIDE)
    STORE(LANED(mixture_weight)(MIXTURE, j, normalizer), MIXTURE_COLUMN(j));
}

static inline void LANED(chain_mixture_means)(CHAIN_ARGUMENTS) {
  const int components = o[MIXTURE_COMPONENTS], columns = o[MIXTURE_COLUMNS];
  __global const float *means = TILE_AT(MIXTURE_PARAMETERS) + components * TILE_ROWS;
  for (int c = COLUMN_START; c < columns; c += COLUMN_STRIDE) {
    REALS mean = 0.0f;
    for (int j = 0; j < components; j++)
      mean += LOAD(MIXTURE_COLUMN(j)) * LOAD(means + (j * columns + c) * TILE_ROWS);
    STORE(mean, MIXTURE_COLUMN(components + c));
    STORE(mean - LOAD(TILE_AT(MIXTURE_T) + c * TILE_ROWS),
          MIXTURE_COLUMN(components + columns + c));
  }
}

static inline void LANED(chain_mixture_mean_error)(CHAIN_ARGUMENTS) {
  const int components = o[MIXTURE_COMPONENTS], columns = o[MIXTURE_COLUMNS];
  __global const float *means = MIXTURE_COLUMN(components), *errors = means + columns * TILE_ROWS;
  if (ROW_OWNER) {
    REALS sum = 0.0f;
    for (int c = 0; c < columns; c++) sum += LANED(square)(LOAD(errors + c * TILE_ROWS));
    STORE(sum / (float)columns, TERM_AT(MIXTURE_TERM));
  }
  if (!HAS(MIXTURE_DPARAMETERS)) return;
  const REALS weight = TERM_WEIGHT(MIXTURE_TERM) * 2.0f / (float)columns;
  for (int j = COLUMN_START; j < components; j += COLUMN_STRIDE) {
    const REALS prior = LOAD(MIXTURE_COLUMN(j));
    REALS logit = 0.0f;
    for (int c = 0; c < columns; c++) {
      const int at = (components + j * columns + c) * TILE_ROWS;
      const REALS g = weight * LOAD(errors + c * TILE_ROWS);
      logit += g * (LOAD(TILE_AT(MIXTURE_PARAMETERS) + at) - LOAD(means + c * TILE_ROWS));
      LANED(contribute)(TILE_AT(MIXTURE_DPARAMETERS) + at, prior * g, ADDS(MIXTURE_DPARAMETERS));
      LANED(contribute)
      (TILE_AT(MIXTURE_DPARAMETERS) + at + components * columns * TILE_ROWS, 0.0f,
       ADDS(MIXTURE_DPARAMETERS));
    }
    LANED(contribute)
    (TILE_AT(MIXTURE_DPARAMETERS) + j * TILE_ROWS, prior * logit, ADDS(MIXTURE_DPARAMETERS));
  }
}

static inline void LANED(chain_operation)(CHAIN_ARGUMENTS) {
#define CASE(number, name)                                            \
  case number:                                                        \
    LANED(chain_##name)(o, tile, sums, values, base, rows, is_first); \
    break;
  switch (o[0]) { CHAIN_OPERATIONS(CASE) }
#undef CASE
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
