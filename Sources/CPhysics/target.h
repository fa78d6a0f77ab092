#ifndef CP_TARGET_H
#define CP_TARGET_H

// How loops are compiled: once per instruction set where the loader can choose, else once.

#define CP_INLINE static inline __attribute__((always_inline))

// Sanitizers are not ready when the loader chooses; that of undefined behavior takes minutes for
// each.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && \
    !__has_feature(address_sanitizer) && !__has_feature(undefined_behavior_sanitizer)
#define CP_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CP_CLONES
#endif

#endif
