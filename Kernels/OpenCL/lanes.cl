// One formula for a row and for several rows at a time.
//
// This file and those that speak of REALS are compiled three times: with LANES 1, for kernels in
// which a work-item has one row, and with LANES 4 and 16, for chains, in which it has a vector of
// rows. A value
// that a formula reads from `x` has its columns `stride` apart; neighboring rows are neighbors in
// memory wherever LANES is not 1.

#undef REALS
#undef INTS
#undef WORDS
#undef LANED
#undef LOAD
#undef STORE
#undef TO_REALS
#undef AS_REALS
#undef AS_WORDS
#undef AS_INTS
#undef ROWS_FROM

#if LANES == 1
#define REALS float
#define INTS int
#define WORDS uint
#define LANED(name) name
#define LOAD(p) (*(p))
#define STORE(x, p) (*(p) = (x))
#define TO_REALS(x) ((float)(x))
#define AS_REALS(x) as_float(x)
#define AS_WORDS(x) as_uint(x)
#define AS_INTS(x) as_int(x)
#define ROWS_FROM(r) ((int)(r))
#elif LANES == 4
#define REALS float4
#define INTS int4
#define WORDS uint4
#define LANED(name) name##_lanes4
#define LOAD(p) vload4(0, p)
#define STORE(x, p) vstore4(x, 0, p)
#define TO_REALS(x) convert_float4(x)
#define AS_REALS(x) as_float4(x)
#define AS_WORDS(x) as_uint4(x)
#define AS_INTS(x) as_int4(x)
#define ROWS_FROM(r) ((INTS)(r) + (int4)(0, 1, 2, 3))
#else
#define REALS float16
#define INTS int16
#define WORDS uint16
#define LANED(name) name##_lanes16
#define LOAD(p) vload16(0, p)
#define STORE(x, p) vstore16(x, 0, p)
#define TO_REALS(x) convert_float16(x)
#define AS_REALS(x) as_float16(x)
#define AS_WORDS(x) as_uint16(x)
#define AS_INTS(x) as_int16(x)
#define ROWS_FROM(r) ((INTS)(r) + (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#endif

static inline REALS LANED(square)(REALS x) { return x * x; }

// Overwrites or adds to a gradient that several steps contribute to.
static inline void LANED(contribute)(__global float *out, REALS x, int accumulate) {
  if (accumulate) x = LOAD(out) + x;
  STORE(x, out);
}

// The weight of the rows from r on in the mean of a loss term; rows beyond the valid ones do not
// count.
static inline REALS LANED(row_weight)(__global const uint *clock, __global const float *weights,
                                      int term, int r) {
  const uint valid = clock[CLOCK_VALID_ROWS];
  const float weight = weights[term] / (float)max(valid, 1u);
  return ROWS_FROM(r) < (INTS)((int)valid) ? (REALS)(weight) : (REALS)(0.0f);
}
