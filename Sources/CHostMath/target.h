#ifndef HM_TARGET_H
#define HM_TARGET_H

// How loops are compiled: once per instruction set where the loader can choose, else once.

#define HM_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__linux__)
#define HM_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define HM_CLONES
#endif

// Iterations are independent, so the CPU overlaps them by itself; interleaving would only
// lengthen the scalar tail of short rows.
#define HM_VECTORIZE _Pragma("clang loop vectorize(enable) interleave_count(1)")

// For loops whose element i of the result depends on element i of what is read alone: in place they
// would otherwise take the scalar way that compilers keep for arrays that overlap.
#define HM_VECTORIZE_IN_PLACE _Pragma("clang loop vectorize(assume_safety) interleave_count(1)")

// sqrtf sets errno, and so keeps a loop scalar; this one does not.
#define HM_SQRT(x) __builtin_elementwise_sqrt(x)

#endif
