// Matrix products by warps: 32 work-items multiply fragments of 16×8 and 8×8 words, as tensor cores
// do. A 64×64 tile of a product is computed by 128 work-items, of which each warp has 32×32 sums.
// Launch.warps has the same sizes.
//
// A word is a term of a sum as tf32, or two neighbors along the depth as bf16, the first in the
// lower half. Of 3xtf32 it is the number itself, which is cut in two where it is multiplied.

#define WARP 32
#define WARP_GROUP 128
#define WARP_TILE 64
// Words of the depth in one step.
#define WARP_STEP 32
// Rows start four memory banks apart, so that the lanes of a fragment read from all 32.
#define WARP_PITCH (WARP_STEP + 4)
#define WARP_SUMS 32
// What the lanes of a group exchange where products of warps are emulated.
#define WARP_EXCHANGE (WARP_GROUP * 6)

// Where a work-item stands in its group and in its warp, and the warp in the tile.
#define WARP_ITEM ((int)get_local_id(0))
#define WARP_LANE (WARP_ITEM % WARP)
#define WARP_ROW (WARP_ITEM / WARP / 2 * 32)
#define WARP_COLUMN (WARP_ITEM / WARP % 2 * 32)
// Where its sum `e` of its fragment (i, j) stands in the tile.
#define SUM_ROW(i, e) (WARP_ROW + (i)*16 + WARP_LANE / 4 + (e) / 2 * 8)
#define SUM_COLUMN(j, e) (WARP_COLUMN + (j)*8 + WARP_LANE % 4 * 2 + (e) % 2)

// Without it, sums and fragments would not be registers there; where barriers are in the loops, it
// would only make kernels that take minutes to compile.
#ifdef TENSOR_CORES
#define WARP_UNROLL _Pragma("unroll")
#else
#define WARP_UNROLL
#endif

// How many terms of a sum a word has.
static inline int terms_per_word(int precision) { return precision == PRECISION_BF16 ? 2 : 1; }

static inline uint bf16_bits(float x) {
  return isnan(x) ? 0x7FC0u : as_uint(narrowed(PRECISION_BF16, x)) >> 16;
}

static inline uint word(int precision, float x, float next) {
  if (precision == PRECISION_BF16) return bf16_bits(x) | bf16_bits(next) << 16;
  return as_uint(narrowed(precision, x));
}

// What is multiplied of a word: of 3xtf32 its upper digits, or the lower ones that they leave.
static inline uint part_of(int precision, bool lower, uint word) {
  if (precision != PRECISION_3XTF32) return word;
  const float x = as_float(word), upper = narrowed(PRECISION_TF32, x);
  if (!lower) return as_uint(upper);
  return isfinite(upper) ? as_uint(narrowed(PRECISION_TF32, x - upper)) : 0u;
}

// c += a·b for a warp. With g = lane / 4 and t = lane % 4, a lane has of a the words (g, t),
// (g + 8, t), (g, t + 4), (g + 8, t + 4), of b (t, g), (t + 4, g), of c (g, 2t), (g, 2t + 1),
// (g + 8, 2t), (g + 8, 2t + 1).
#ifdef TENSOR_CORES
static inline __attribute__((always_inline)) void warp_multiply(int precision, const uint *a,
                                                                const uint *b, float *c,
                                                                __local uint *exchange) {
  if (precision == PRECISION_BF16) {
    __asm__ volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  } else {
    __asm__ volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  }
}
#else
// The same by what the lanes tell each other: not fast, and what tests run.
static inline __attribute__((always_inline)) void warp_multiply(int precision, const uint *a,
                                                                const uint *b, float *c,
                                                                __local uint *exchange) {
  const int lane = WARP_LANE;
  __local uint *warp = exchange + (WARP_ITEM - lane) * 6;
  for (int i = 0; i < 4; i++) warp[lane * 6 + i] = a[i];
  for (int i = 0; i < 2; i++) warp[lane * 6 + 4 + i] = b[i];
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int e = 0; e < 4; e++) {
    const int row = lane / 4 + e / 2 * 8, column = lane % 4 * 2 + e % 2;
    float sum = c[e];
    for (int k = 0; k < 8; k++) {
      const uint x = warp[(row % 8 * 4 + k % 4) * 6 + row / 8 + k / 4 * 2];
      const uint y = warp[(column * 4 + k % 4) * 6 + 4 + k / 4];
      if (precision == PRECISION_BF16) {
        sum = fma(as_float(x << 16), as_float(y << 16), sum);
        sum = fma(as_float(x & 0xFFFF0000u), as_float(y & 0xFFFF0000u), sum);
      } else {
        sum = fma(as_float(x), as_float(y), sum);
      }
    }
    c[e] = sum;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}
#endif

// sums += a·bᵀ for one step of the depth; a and b are tiles of words, row by row.
//
// Of 3xtf32, the products that are smaller than the last digits of the sum come first, and the
// product of both lower parts is left out. Only with the loops over fragments unrolled are they,
// and the sums, in registers.
static inline __attribute__((always_inline)) void warps_multiply(int precision,
                                                                 __local const uint *a,
                                                                 __local const uint *b, float *sums,
                                                                 __local uint *exchange) {
  const int t = WARP_LANE % 4;
  __local const uint *left = a + (WARP_ROW + WARP_LANE / 4) * WARP_PITCH + t;
  __local const uint *right = b + (WARP_COLUMN + WARP_LANE / 4) * WARP_PITCH + t;
  const int parts = precision == PRECISION_3XTF32 ? 3 : 1;
  for (int k = 0; k < WARP_STEP; k += 8) {
    for (int part = 0; part < parts; part++) {
      uint x[2][4], y[4][2];
      WARP_UNROLL
      for (int i = 0; i < 2; i++) {
        WARP_UNROLL
        for (int q = 0; q < 4; q++) {
          const uint w = left[(i * 16 + q % 2 * 8) * WARP_PITCH + k + q / 2 * 4];
          x[i][q] = part_of(precision, part == 0, w);
        }
      }
      WARP_UNROLL
      for (int j = 0; j < 4; j++) {
        WARP_UNROLL
        for (int q = 0; q < 2; q++) {
          y[j][q] = part_of(precision, part == 1, right[j * 8 * WARP_PITCH + k + q * 4]);
        }
      }
      WARP_UNROLL
      for (int i = 0; i < 2; i++) {
        WARP_UNROLL
        for (int j = 0; j < 4; j++) {
          warp_multiply(precision, x[i], y[j], sums + (i * 4 + j) * 4, exchange);
        }
      }
    }
  }
}
