// One formula for one row, or for a vector of sixteen rows.
//
// A program is compiled with LANES 1, in which a work-item has one row, or with LANES 16, for
// processors' chains, in which it has sixteen. Where a value lies in a tile its columns are LANES
// apart, and TILE is the memory that tiles are in: see chain.cl.

#ifndef LANES
#define LANES 1
#define TILE __global
#endif

#if LANES == 1
#define REALS float
#define INTS int
#define WORDS uint
#define LOAD(p) (*(p))
#define STORE(x, p) (*(p) = (x))
#define TO_REALS(x) ((float)(x))
#define AS_REALS(x) as_float(x)
#define AS_WORDS(x) as_uint(x)
#define AS_INTS(x) as_int(x)
#define ROWS_FROM(r) ((int)(r))
#else
#define REALS float16
#define INTS int16
#define WORDS uint16
#define LOAD(p) vload16(0, p)
#define STORE(x, p) vstore16(x, 0, p)
#define TO_REALS(x) convert_float16(x)
#define AS_REALS(x) as_float16(x)
#define AS_WORDS(x) as_uint16(x)
#define AS_INTS(x) as_int16(x)
#define ROWS_FROM(r) ((INTS)(r) + (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#endif

static inline REALS square(REALS x) { return x * x; }

// Overwrites or adds to a gradient that several steps contribute to.
static inline void contribute(TILE float *out, REALS x, int adds) {
  if (adds) x = LOAD(out) + x;
  STORE(x, out);
}

// The weight of the rows from r on in the mean of a loss term; rows beyond the valid ones do not
// count.
static inline REALS row_weight(__global const uint *clock, __global const float *weights, int term,
                               int r) {
  const uint valid = clock[CLOCK_VALID_ROWS];
  const float weight = weights[term] / (float)max(valid, 1u);
  return ROWS_FROM(r) < (INTS)((int)valid) ? (REALS)(weight) : (REALS)(0.0f);
}
