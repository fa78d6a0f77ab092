// A forwarder for every function of OpenCL that OpenCLBackend calls.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // RTLD_DEFAULT
#endif
#include "loader.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

// Into the global scope and found through it, as if it were linked: oclgrind and tracers, which
// come first there by LD_PRELOAD, see our calls. The hidden forwarders are not found.
static void open_library(void) { dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_GLOBAL); }

static void *find(const char *name) {
  pthread_once(&once, open_library);
  return dlsym(RTLD_DEFAULT, name);
}

bool opencl_is_present(void) { return find("clGetPlatformIDs") != NULL; }

#ifdef OPENCL_FAULTS
// The fault that a test has asked for: `calls` calls of the function go well before it.
static struct {
  pthread_mutex_t mutex;
  char name[64];
  int calls;
  bool persists;
  cl_int status;
} asked = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void opencl_ask_fault(const char *name, int calls, bool persists, cl_int status) {
  pthread_mutex_lock(&asked.mutex);
  snprintf(asked.name, sizeof asked.name, "%s", name);
  asked.calls = calls;
  asked.persists = persists;
  asked.status = status;
  pthread_mutex_unlock(&asked.mutex);
}

// The status with which this call fails; 0 if it does not.
cl_int opencl_fault(const char *name) {
  cl_int fault = 0;
  pthread_mutex_lock(&asked.mutex);
  if (strcmp(name, asked.name) == 0 && asked.calls-- <= 0) {
    fault = asked.status;
    if (!asked.persists) asked.name[0] = 0;
  }
  pthread_mutex_unlock(&asked.mutex);
  return fault;
}
#else
cl_int opencl_fault(const char *name) {
  (void)name;
  return 0;
}
#endif

// The library's function of this name, looked up once; two threads that do find the same.
#define RESOLVE(name)                         \
  static _Atomic(__typeof__(&name)) resolved; \
  __typeof__(&name) function = resolved;      \
  if (!function) resolved = function = (__typeof__(&name))find(#name)

// A function that returns a status.
#define STATUS(name, parameters, arguments)                            \
  cl_int name parameters {                                             \
    RESOLVE(name);                                                     \
    const cl_int fault = opencl_fault(#name);                          \
    if (fault) return fault;                                           \
    return function ? function arguments : COPENCL_PLATFORM_NOT_FOUND; \
  }

// A function that returns a new object, and its status through its last parameter, `code`.
#define OBJECT(type, name, parameters, arguments)                 \
  type name parameters {                                          \
    RESOLVE(name);                                                \
    const cl_int fault = opencl_fault(#name);                     \
    if (function && !fault) return function arguments;            \
    if (code) *code = fault ? fault : COPENCL_PLATFORM_NOT_FOUND; \
    return NULL;                                                  \
  }

STATUS(clGetPlatformIDs, (cl_uint room, cl_platform_id *ids, cl_uint *count), (room, ids, count))
STATUS(clGetPlatformInfo,
       (cl_platform_id id, cl_platform_info key, size_t room, void *value, size_t *size),
       (id, key, room, value, size))
STATUS(clGetDeviceIDs,
       (cl_platform_id platform, cl_device_type type, cl_uint room, cl_device_id *ids,
        cl_uint *count),
       (platform, type, room, ids, count))
STATUS(clGetDeviceInfo,
       (cl_device_id id, cl_device_info key, size_t room, void *value, size_t *size),
       (id, key, room, value, size))

OBJECT(cl_context, clCreateContext,
       (const cl_context_properties *properties, cl_uint count, const cl_device_id *devices,
        void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *data,
        cl_int *code),
       (properties, count, devices, notify, data, code))
STATUS(clReleaseContext, (cl_context context), (context))
OBJECT(cl_command_queue, clCreateCommandQueue,
       (cl_context context, cl_device_id device, cl_command_queue_properties properties,
        cl_int *code),
       (context, device, properties, code))
STATUS(clReleaseCommandQueue, (cl_command_queue queue), (queue))
STATUS(clFlush, (cl_command_queue queue), (queue))
STATUS(clFinish, (cl_command_queue queue), (queue))

OBJECT(cl_mem, clCreateBuffer,
       (cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *code),
       (context, flags, size, host, code))
OBJECT(cl_mem, clCreateSubBuffer,
       (cl_mem buffer, cl_mem_flags flags, cl_buffer_create_type type, const void *region,
        cl_int *code),
       (buffer, flags, type, region, code))
STATUS(clReleaseMemObject, (cl_mem buffer), (buffer))

OBJECT(cl_program, clCreateProgramWithSource,
       (cl_context context, cl_uint count, const char **strings, const size_t *lengths,
        cl_int *code),
       (context, count, strings, lengths, code))
OBJECT(cl_program, clCreateProgramWithBinary,
       (cl_context context, cl_uint count, const cl_device_id *devices, const size_t *lengths,
        const unsigned char **binaries, cl_int *statuses, cl_int *code),
       (context, count, devices, lengths, binaries, statuses, code))
STATUS(clBuildProgram,
       (cl_program program, cl_uint count, const cl_device_id *devices, const char *options,
        void(CL_CALLBACK *notify)(cl_program, void *), void *data),
       (program, count, devices, options, notify, data))
STATUS(clGetProgramInfo,
       (cl_program program, cl_program_info key, size_t room, void *value, size_t *size),
       (program, key, room, value, size))
STATUS(clGetProgramBuildInfo,
       (cl_program program, cl_device_id device, cl_program_build_info key, size_t room,
        void *value, size_t *size),
       (program, device, key, room, value, size))
STATUS(clReleaseProgram, (cl_program program), (program))

OBJECT(cl_kernel, clCreateKernel, (cl_program program, const char *name, cl_int *code),
       (program, name, code))
STATUS(clReleaseKernel, (cl_kernel kernel), (kernel))
STATUS(clSetKernelArg, (cl_kernel kernel, cl_uint index, size_t size, const void *value),
       (kernel, index, size, value))
STATUS(clGetKernelInfo,
       (cl_kernel kernel, cl_kernel_info key, size_t room, void *value, size_t *size),
       (kernel, key, room, value, size))
STATUS(clGetKernelWorkGroupInfo,
       (cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info key, size_t room,
        void *value, size_t *size),
       (kernel, device, key, room, value, size))

STATUS(clEnqueueNDRangeKernel,
       (cl_command_queue queue, cl_kernel kernel, cl_uint dimensions, const size_t *offset,
        const size_t *global, const size_t *local, cl_uint count, const cl_event *waits,
        cl_event *event),
       (queue, kernel, dimensions, offset, global, local, count, waits, event))
STATUS(clEnqueueReadBuffer,
       (cl_command_queue queue, cl_mem buffer, cl_bool blocks, size_t offset, size_t size,
        void *host, cl_uint count, const cl_event *waits, cl_event *event),
       (queue, buffer, blocks, offset, size, host, count, waits, event))
STATUS(clEnqueueWriteBuffer,
       (cl_command_queue queue, cl_mem buffer, cl_bool blocks, size_t offset, size_t size,
        const void *host, cl_uint count, const cl_event *waits, cl_event *event),
       (queue, buffer, blocks, offset, size, host, count, waits, event))
STATUS(clWaitForEvents, (cl_uint count, const cl_event *events), (count, events))
STATUS(clReleaseEvent, (cl_event event), (event))
