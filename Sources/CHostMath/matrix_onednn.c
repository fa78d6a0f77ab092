#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "hm_matrix.h"

// oneDNN is loaded on demand, because it is only a reference and the program must start without it.
typedef int (*sgemm)(char transa, char transb, long rows, long columns, long depth, float alpha,
                     const float *a, long a_stride, const float *b, long b_stride, float beta,
                     float *c, long c_stride);

static sgemm product;
static void (*set_threads)(int);

static void load(void) {
  static const char *const names[] = {"libdnnl.so.2", "libdnnl.so.3", "libdnnl.so"};
  // By default its threads spin for milliseconds after a product and would slow down the code that
  // is compared with it. Tens of microseconds are enough until the next product.
  setenv("GOMP_SPINCOUNT", "10000", 0);
  void *library = 0;
  for (int i = 0; i < 3 && !library; i++) library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  product = (sgemm)dlsym(library, "dnnl_sgemm");
  set_threads = (void (*)(int))dlsym(library, "omp_set_num_threads");
}

bool hm_onednn_use(int threads) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  // OpenMP stores the number of threads per calling thread.
  if (set_threads) set_threads(threads);
  return product != 0;
}

void hm_matrix_product_onednn(long rows, long columns, long depth, hm_operand a, hm_operand b,
                              bool accumulate, float *c, long c_stride) {
  product(a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', rows, columns, depth, 1, a.elements,
          a.stride, b.elements, b.stride, accumulate ? 1 : 0, c, c_stride);
}
