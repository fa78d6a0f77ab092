#ifndef CHOSTMATH_H
#define CHOSTMATH_H

#include "hm_elementary.h"
#include "hm_latent.h"
#include "hm_matrix.h"
#include "hm_noise.h"
#include "hm_optimizer.h"

/// Tells the CPU that this thread is waiting in a loop.
static inline void hm_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Prefetches `bytes` bytes at `address`.
static inline void hm_prefetch(const void *address, long bytes) {
  for (long i = 0; i < bytes + 63; i += 64) __builtin_prefetch((const char *)address + i);
}

#endif
