// Matrix products by warps: 32 work-items multiply fragments of 16×8 and 8×8 words, as tensor cores
// do. A 64×64 tile of a product is computed by four warps with 32×32 sums each, for one half of the
// depth, and by four more for the other half. Launch.warps has the same sizes.
//
// A word is a term of a sum as tf32, or two neighbors along the depth as bf16, the first in the
// lower half. Of 3xtf32 it is the number itself, which is cut in two where it is multiplied.

#define WARP 32
#define WARP_SLICE (4 * WARP)
#define WARP_SLICES 2
#define WARP_GROUP (WARP_SLICES * WARP_SLICE)
#define WARP_TILE 64
// Terms of the depth in one step. There is room for two steps: while one is multiplied, the next
// one is fetched.
#define WARP_DEPTH 32
// Rows start four memory banks apart, so that the lanes of a fragment read from all 32.
#define WARP_PITCH (WARP_DEPTH + 4)
#define WARP_SIZE (WARP_TILE * WARP_PITCH)
#define WARP_SUMS 32
// What the lanes of a group exchange where products of warps are emulated.
#ifdef TENSOR_CORES
#define WARP_EXCHANGE 1
#else
#define WARP_EXCHANGE (WARP_GROUP * 6)
#endif
#define WARP_MEMORY                                              \
  __local uint left[2 * WARP_SIZE] __attribute__((aligned(16))), \
      right[2 * WARP_SIZE] __attribute__((aligned(16))), exchange[WARP_EXCHANGE]

// Where a work-item stands in its group and in its warp, and the warp in the tile.
#define WARP_ITEM ((int)get_local_id(0))
#define WARP_LANE (WARP_ITEM % WARP)
#define WARP_ROW (WARP_ITEM / WARP / 2 % 2 * 32)
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

// How many words a step has of a row.
static inline int words_per_step(int precision) { return WARP_DEPTH / terms_per_word(precision); }

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

// c += a·b for a warp. With g = lane / 4 and t = lane % 4, a lane has of a the words (g, t), (g +
// 8, t), (g, t + 4), (g + 8, t + 4), of b (t, g), (t + 4, g), of c (g, 2t), (g, 2t + 1), (g + 8,
// 2t), (g + 8, 2t + 1).
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

// Fragments of a tile of words: four of 8×4, which are 8 rows and 4 words further each or, where
// `rows_first` is 0, 4 words and 8 rows.
static inline __attribute__((always_inline)) void load_fragments(__local const uint *tile,
                                                                 int rows_first, uint *x) {
  const int lane = WARP_LANE;
#ifdef TENSOR_CORES
  // Lane l names row l % 8 of fragment l / 8.
  const int q = lane / 8;
  __local const uint *row = tile + (lane % 8 + (rows_first ? q % 2 : q / 2) * 8) * WARP_PITCH +
                            (rows_first ? q / 2 : q % 2) * 4;
  __asm__ volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                   : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3])
                   : "r"((uint)(size_t)row)
                   : "memory");
#else
  for (int q = 0; q < 4; q++)
    x[q] = tile[(lane / 4 + (rows_first ? q % 2 * 8 : q / 2 * 8)) * WARP_PITCH + lane % 4 +
                (rows_first ? q / 2 : q % 2) * 4];
#endif
}

// sums += a·bᵀ for a slice's share of one step of the depth; a and b are tiles of words, row by
// row.
//
// Of 3xtf32, the products that are smaller than the last digits of the sum come first, and the
// product of both lower parts is left out. Only with the loops over fragments unrolled are they,
// and the sums, in registers.
static inline __attribute__((always_inline)) void warps_multiply(int precision,
                                                                 __local const uint *a,
                                                                 __local const uint *b, float *sums,
                                                                 __local uint *exchange) {
  const int parts = precision == PRECISION_3XTF32 ? 3 : 1;
  const int words = words_per_step(precision) / WARP_SLICES;
  a += WARP_ITEM / WARP_SLICE * words;
  b += WARP_ITEM / WARP_SLICE * words;
#pragma unroll 1
  for (int k = 0; k < words; k += 8) {
    uint left[8], right[8];
    WARP_UNROLL
    for (int i = 0; i < 2; i++) {
      load_fragments(a + (WARP_ROW + i * 16) * WARP_PITCH + k, 1, left + i * 4);
      load_fragments(b + (WARP_COLUMN + i * 16) * WARP_PITCH + k, 0, right + i * 4);
    }
    WARP_UNROLL
    for (int part = 0; part < parts; part++) {
      uint x[8], y[8];
      WARP_UNROLL
      for (int q = 0; q < 8; q++) {
        x[q] = part_of(precision, part == 0, left[q]);
        y[q] = part_of(precision, part == 1, right[q]);
      }
      WARP_UNROLL
      for (int i = 0; i < 2; i++) {
        WARP_UNROLL
        for (int j = 0; j < 4; j++)
          warp_multiply(precision, x + i * 4, y + j * 2, sums + (i * 4 + j) * 4, exchange);
      }
    }
  }
}

// Adds the sums of both slices. Only the items of the first one go on with them: RESULT_SUMS is how
// many of them an item has. For all items, because of the barrier.
#define RESULT_SUMS (WARP_ITEM < WARP_SLICE ? WARP_SUMS : 0)
static inline __attribute__((always_inline)) void add_warp_slices(__local float *memory,
                                                                  float *sums) {
  memory += WARP_ITEM % WARP_SLICE;
  WARP_UNROLL
  for (int s = 0; s < WARP_SUMS; s++)
    if (WARP_ITEM >= WARP_SLICE) memory[s * WARP_SLICE] = sums[s];
  barrier(CLK_LOCAL_MEM_FENCE);
  WARP_UNROLL
  for (int s = 0; s < WARP_SUMS; s++)
    if (WARP_ITEM < WARP_SLICE) sums[s] += memory[s * WARP_SLICE];
}
