// A forwarder for the matrix product of CLBlast.

#include "loader.h"

static __typeof__(CLBlastSgemm) *sgemm;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  // Local: nobody else asks for it, and it brings its own link to libOpenCL.so.1.
  void *library = dlopen("libclblast.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library) sgemm = (__typeof__(sgemm))dlsym(library, "CLBlastSgemm");
}

bool clblast_is_present(void) {
  pthread_once(&once, load);
  return sgemm != NULL;
}

CLBlastStatusCode CLBlastSgemm(const CLBlastLayout layout, const CLBlastTranspose a_transpose,
                               const CLBlastTranspose b_transpose, const size_t m, const size_t n,
                               const size_t k, const float alpha, const cl_mem a,
                               const size_t a_offset, const size_t a_ld, const cl_mem b,
                               const size_t b_offset, const size_t b_ld, const float beta, cl_mem c,
                               const size_t c_offset, const size_t c_ld, cl_command_queue *queue,
                               cl_event *event) {
  if (!clblast_is_present()) return (CLBlastStatusCode)COPENCL_CLBLAST_NOT_PRESENT;
  const cl_int fault = opencl_fault("CLBlastSgemm");
  if (fault < 0) return (CLBlastStatusCode)fault;
  // A fault that no status tells of.
  const float factor = fault == COPENCL_WRONG_PRODUCT ? alpha * 1.001f : alpha;
  return sgemm(layout, a_transpose, b_transpose, m, n, k, factor, a, a_offset, a_ld, b, b_offset,
               b_ld, beta, c, c_offset, c_ld, queue, event);
}
