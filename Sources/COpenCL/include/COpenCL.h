// OpenCL 1.2 and the one routine of CLBlast that Implode uses.
//
// Neither library is linked: loader.h has why. Everything declared by the two system headers and
// not defined by this target is therefore a link error, not a new dependency.

#ifndef IMPLODE_COPENCL_H
#define IMPLODE_COPENCL_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <clblast_c.h>
#include <stdbool.h>

// The codes that the forwarders add to those of the libraries.
enum {
  // cl_ext.h has it as CL_PLATFORM_NOT_FOUND_KHR; the loader itself says it without any driver.
  COPENCL_PLATFORM_NOT_FOUND = -1001,
  COPENCL_CLBLAST_NOT_PRESENT = -3001,
};

// As the status of a fault of CLBlastSgemm: the product is wrong, and the call says all went well.
enum { COPENCL_WRONG_PRODUCT = 1 };

// Whether libOpenCL.so.1 could be loaded; a machine without any GPU driver often lacks it.
bool opencl_is_present(void);

// Whether libclblast.so.1 could be loaded.
bool clblast_is_present(void);

// Only in debug builds: lets a function of OpenCL fail, once `calls` more calls of it have been
// made; once or from then on. The empty name asks for no more faults.
void opencl_ask_fault(const char *name, int calls, bool persists, cl_int status);

#endif
