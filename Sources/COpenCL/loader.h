// Functions under the names of a library's API that forward to the library, which is loaded at the
// first call instead of being linked: `implode` starts on a machine that has no OpenCL loader, and
// a laptop without CLBlast still has its GPU.
//
// All of them are hidden. Were they visible, they would stand in for the real functions in every
// other library of the process (CLBlast and oneDNN call OpenCL too), and forwarding would recurse.

#ifndef IMPLODE_LOADER_H
#define IMPLODE_LOADER_H

#pragma GCC visibility push(hidden)
#include "include/COpenCL.h"

// The status with which this call of a function is to fail; 0 if it is not.
cl_int opencl_fault(const char *name);
#pragma GCC visibility pop

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#endif
