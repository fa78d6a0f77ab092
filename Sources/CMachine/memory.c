// Ends the program in words when memory runs out.
//
// Swift ends with a backtrace where an allocation fails, which says nothing to the person who chose
// the batch. These functions take the place of the C library's for the whole process, and hand on;
// only a failure for the program itself, or for Swift's libraries, is answered here. Others, such
// as OpenCL drivers, are told of it as always, and may have an answer of their own.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "CMachine.h"

// Only the GNU library has these names; sanitizers bring their own allocator.
#if defined(__GLIBC__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

// Whether the code at an address is this program's or of Swift's libraries.
static int is_ours(void *caller) {
  Dl_info theirs, ours;
  if (!dladdr(caller, &theirs) || !dladdr((void *)&is_ours, &ours)) return 0;
  if (theirs.dli_fbase == ours.dli_fbase) return 1;
  return theirs.dli_fname && (strstr(theirs.dli_fname, "libswift") != NULL ||
                              strstr(theirs.dli_fname, "Foundation") != NULL);
}

static void *given(void *memory, size_t size, void *caller) {
  if (memory || size == 0 || !is_ours(caller)) return memory;
  char text[320];
  const int length = snprintf(
      text, sizeof text,
      "error: out of memory: %zu MiB more could not be allocated\n"
      "hint: use a smaller batch or model, or allow more memory (ulimit -v, a job's --mem)\n",
      (size >> 20) + 1);
  ssize_t written = write(STDERR_FILENO, text, (size_t)length);
  (void)written;
  machine_clean_up();
  _exit(MACHINE_OUT_OF_MEMORY);
}

// Weak: a program that counts allocations has functions of its own.
#define WEAK __attribute__((weak))
#define CALLER __builtin_return_address(0)

WEAK void *malloc(size_t size) { return given(__libc_malloc(size), size, CALLER); }

WEAK void *calloc(size_t items, size_t size) {
  return given(__libc_calloc(items, size), size, CALLER);
}

WEAK void *realloc(void *memory, size_t size) {
  return given(__libc_realloc(memory, size), size, CALLER);
}

WEAK void *memalign(size_t alignment, size_t size) {
  return given(__libc_memalign(alignment, size), size, CALLER);
}

WEAK void *aligned_alloc(size_t alignment, size_t size) {
  return given(__libc_memalign(alignment, size), size, CALLER);
}

WEAK int posix_memalign(void **memory, size_t alignment, size_t size) {
  void *found = given(__libc_memalign(alignment, size), size, CALLER);
  if (!found) return ENOMEM;
  *memory = found;
  return 0;
}

#endif
