#include "hm_instruction_set.h"

// Must make the same tests in the same order as `hm_best_variant` in matrix.c.
const char *hm_instruction_set(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq")) {
    return "AVX-512";
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "AVX2";
  return "baseline x86-64";
#elif defined(__aarch64__)
  return "NEON";
#else
  return "baseline";
#endif
}
