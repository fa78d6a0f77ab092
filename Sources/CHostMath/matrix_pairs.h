// The matrix product in bf16, included by matrix.c: variants that pack pairs of neighbors along the
// depth (precision.h), and the choice of the variant that this CPU can use.

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

// Whether blocks of this depth are computed by tiles of 16 pairs instead of vectors.
static bool hm_fills_tiles(long depth) { return depth % 32 == 0; }

// AVX512-BF16.

// Pairs of an element of x and one of y, rounded.
static inline __attribute__((always_inline, target("avx512bf16,avx512bw,avx512f"))) __m512
hm_join_pairs(__m512 x, __m512 y) {
  const __m512i order = _mm512_add_epi32(
      _mm512_set1_epi32(16 << 16),
      _mm512_mullo_epi32(_mm512_set1_epi32(0x10001),
                         _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)));
  return (__m512)_mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(y, x));
}

#define HM_LANES 16
#define HM_ROWS 14
#define HM_NAME(x) hm_##x##_bf16
#define HM_TARGET __attribute__((target("avx512bf16,avx512f,avx512bw,avx512vl,avx512dq,avx2,fma")))
#define HM_COUNT 2
#define HM_TERM(sum, s, v) \
  sum = (__typeof__(sum))_mm512_dpbf16_ps((__m512)(sum), (__m512bh)_mm512_set1_ps(s), (__m512bh)(v))
#define HM_LAYOUT kPairs
#define HM_ALONG_DEPTH(x, n)                                                      \
  (__m512) _mm512_cvtne2ps_pbh(_mm512_maskz_loadu_ps(hm_first((n)-16), (x) + 16), \
                               _mm512_maskz_loadu_ps(hm_first(n), x))
#define HM_ACROSS(x, y, first, second) \
  hm_join_pairs(_mm512_maskz_loadu_ps(first, x), _mm512_maskz_loadu_ps(second, y))
#include "matrix_kernel.h"

// AMX.

#define HM_AMX __attribute__((target("amx-tile,amx-bf16")))

// Configures five tile registers of 16 rows of 64 bytes, for sums and factors.
static HM_AMX void hm_begin_tiles(void) {
  unsigned char configuration[64] = {1};
  unsigned char *const rows = configuration + 48;
  unsigned short *const bytes = (unsigned short *)(configuration + 16);
  for (int i = 0; i < 5; i++) {
    rows[i] = 16;
    bytes[i] = 64;
  }
  _tile_loadconfig(configuration);
}

static HM_AMX void hm_end_tiles(void) { _tile_release(); }

#define HM_LANES 16
#define HM_TILE_ROWS 16
#define HM_NAME(x) hm_##x##_amx
#define HM_PAIRS(x) hm_##x##_bf16
#define HM_TARGET __attribute__((target("amx-tile,amx-bf16,avx512f")))
#define HM_TILE_ZERO(c) _tile_zero(c)
#define HM_TILE_LOAD(r, p, stride) _tile_loadd(r, p, stride)
#define HM_TILE_DOT(c, s, v) _tile_dpbf16ps(c, s, v)
#define HM_TILE_STORE(c, p, stride) _tile_stored(c, p, stride)
#include "matrix_tiles.h"

static const hm_variant hm_variant_amx = {
    16, 14, hm_multiply_amx, hm_pack_bf16, kTiles, hm_begin_tiles, hm_end_tiles};

// Emulations of both, which test the code around the instructions on any CPU with AVX2.

typedef unsigned hm_uint8 __attribute__((vector_size(32), aligned(4), may_alias));

#define HM_AVX2 __attribute__((target("avx2,fma")))

static inline HM_AVX2 __attribute__((always_inline)) hm_float8 hm_dot_pair(hm_float8 sum, float s,
                                                                           hm_float8 v) {
  const hm_uint8 x = (hm_uint8)(hm_float8){s, s, s, s, s, s, s, s}, y = (hm_uint8)v;
  sum += (hm_float8)(x << 16) * (hm_float8)(y << 16);
  return sum + (hm_float8)(x & 0xFFFF0000) * (hm_float8)(y & 0xFFFF0000);
}

#define HM_LANES 8
#define HM_ROWS 6
#define HM_NAME(x) hm_##x##_emulated
#define HM_TARGET HM_AVX2
#define HM_COUNT 2
#define HM_TERM(sum, s, v) sum = hm_dot_pair(sum, s, v)
#define HM_LAYOUT kPairs
#include "matrix_kernel.h"

static _Thread_local unsigned hm_tile_registers[5][16][16];

static void hm_load_tile(int r, const float *from, long stride) {
  for (int i = 0; i < 16; i++) memcpy(hm_tile_registers[r][i], (const char *)from + i * stride, 64);
}

static void hm_store_tile(int r, float *to, long stride) {
  for (int i = 0; i < 16; i++) memcpy((char *)to + i * stride, hm_tile_registers[r][i], 64);
}

static float hm_number(unsigned bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static void hm_dot_tiles(int c, int s, int v) {
  for (int i = 0; i < 16; i++) {
    for (int j = 0; j < 16; j++) {
      float sum = hm_number(hm_tile_registers[c][i][j]);
      for (int k = 0; k < 16; k++) {
        const unsigned x = hm_tile_registers[s][i][k], y = hm_tile_registers[v][k][j];
        sum += hm_number(x << 16) * hm_number(y << 16);
        sum += hm_number(x & 0xFFFF0000) * hm_number(y & 0xFFFF0000);
      }
      memcpy(&hm_tile_registers[c][i][j], &sum, sizeof sum);
    }
  }
}

#define HM_LANES 8
#define HM_TILE_ROWS 8
#define HM_NAME(x) hm_##x##_tiles
#define HM_PAIRS(x) hm_##x##_emulated
#define HM_TARGET HM_AVX2
#define HM_TILE_ZERO(c) memset(hm_tile_registers[c], 0, sizeof hm_tile_registers[c])
#define HM_TILE_LOAD(r, p, stride) hm_load_tile(r, p, stride)
#define HM_TILE_DOT(c, s, v) hm_dot_tiles(c, s, v)
#define HM_TILE_STORE(c, p, stride) hm_store_tile(c, p, stride)
#include "matrix_tiles.h"

static const hm_variant hm_variant_tiles = {8, 6, hm_multiply_tiles, hm_pack_emulated, kTiles,
                                            0, 0};

// Choice of the variant.

#define HM_PRODUCT_BY(variant)                                                                \
  static void hm_product_by_##variant(long rows, long columns, long depth, hm_operand a,      \
                                      hm_operand b, bool accumulate, float *c, long c_stride, \
                                      float *workspace) {                                     \
    hm_multiply(&hm_variant_##variant, HM_BF16, rows, columns, depth, a, b, accumulate, c,    \
                c_stride, workspace);                                                         \
  }
HM_PRODUCT_BY(bf16)
HM_PRODUCT_BY(amx)
HM_PRODUCT_BY(emulated)
HM_PRODUCT_BY(tiles)

bool hm_emulated_pairs_keep_precision(void) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return true;
  return hm_keeps_precision(HM_BF16, hm_product_by_emulated) &&
         hm_keeps_precision(HM_BF16, hm_product_by_tiles);
}

// Linux requires that a process asks for permission before it uses the tile registers of AMX.
static bool hm_may_use_tiles(void) {
#if defined(__linux__)
  enum { kRequestComponent = 0x1023, kTileData = 18 };
  return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
         syscall(SYS_arch_prctl, kRequestComponent, kTileData) == 0;
#else
  return false;
#endif
}

static const hm_variant *hm_pair_variant;
static hm_bf16_units hm_pair_units = {HM_UNITS_NONE, ""};

static void hm_look_for_pair_units(void) {
  if (!__builtin_cpu_supports("avx512bf16") || !__builtin_cpu_supports("avx512bw") ||
      hm_best_variant() != &hm_variant_avx512)
    return;
  if (!hm_keeps_precision(HM_BF16, hm_product_by_bf16)) {
    hm_pair_units = (hm_bf16_units){HM_UNITS_WRONG, "AVX512-BF16"};
    return;
  }
  hm_pair_variant = &hm_variant_bf16;
  hm_pair_units = (hm_bf16_units){HM_UNITS_USED, "AVX512-BF16"};
  if (!hm_may_use_tiles()) return;
  if (hm_keeps_precision(HM_BF16, hm_product_by_amx)) {
    hm_pair_variant = &hm_variant_amx;
    hm_pair_units.name = "AMX";
  } else {
    hm_pair_units.name = "AVX512-BF16, as AMX failed its trial";
  }
}

static const hm_variant *hm_best_pair_variant(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, hm_look_for_pair_units);
  return hm_pair_variant;
}
