#ifndef HM_TARGET_H
#define HM_TARGET_H

// Compiles a function for several instruction sets, if the loader can choose one; else once.

#define HM_INLINE static inline __attribute__((always_inline))

// Sanitizers are not ready when the loader chooses.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && \
    !__has_feature(address_sanitizer)
#define HM_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define HM_CLONES
#endif

// No interleaving: the CPU overlaps independent iterations by itself, and interleaving would
// lengthen the scalar remainder of short rows.
#define HM_VECTORIZE _Pragma("clang loop vectorize(enable) interleave_count(1)")

// For loops in which element i of the result depends only on element i of the operands. Without it,
// the compiler would choose its scalar version for arrays that overlap when they work in place.
#define HM_VECTORIZE_IN_PLACE _Pragma("clang loop vectorize(assume_safety) interleave_count(1)")

// The square root without errno, which prevents vectorization of sqrtf.
#define HM_SQRT(x) __builtin_elementwise_sqrt(x)

#endif
