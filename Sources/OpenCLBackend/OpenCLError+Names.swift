extension OpenCLError {
  /// What `code` is called in the headers of OpenCL and CLBlast.
  package static func name(of code: Int32) -> String {
    names[code] ?? "unknown status"
  }

  /// What to do about a status that has one usual cause.
  static func hint(for code: Int32) -> String? {
    switch code {
    case -4, -6: "use a smaller batch, or close other programs that use the device"
    case -5:
      "the device ran out of memory or a kernel reached outside its memory: use a smaller batch, "
        + "and check the device with `implode devices --check`"
    case -2, -9999: "the device was lost: start again with `--resume auto`"
    case -2046: "the device has too little local memory for this matrix product"
    case -3001: "install CLBlast (Debian: libclblast1)"
    default: nil
    }
  }

  private static let names: [Int32: String] = openCLNames.merging(clBlastNames) { own, _ in own }

  private static let openCLNames: [Int32: String] = [
    0: "CL_SUCCESS",
    -1: "CL_DEVICE_NOT_FOUND",
    -2: "CL_DEVICE_NOT_AVAILABLE",
    -3: "CL_COMPILER_NOT_AVAILABLE",
    -4: "CL_MEM_OBJECT_ALLOCATION_FAILURE",
    -5: "CL_OUT_OF_RESOURCES",
    -6: "CL_OUT_OF_HOST_MEMORY",
    -7: "CL_PROFILING_INFO_NOT_AVAILABLE",
    -8: "CL_MEM_COPY_OVERLAP",
    -9: "CL_IMAGE_FORMAT_MISMATCH",
    -10: "CL_IMAGE_FORMAT_NOT_SUPPORTED",
    -11: "CL_BUILD_PROGRAM_FAILURE",
    -12: "CL_MAP_FAILURE",
    -13: "CL_MISALIGNED_SUB_BUFFER_OFFSET",
    -14: "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
    -15: "CL_COMPILE_PROGRAM_FAILURE",
    -16: "CL_LINKER_NOT_AVAILABLE",
    -17: "CL_LINK_PROGRAM_FAILURE",
    -18: "CL_DEVICE_PARTITION_FAILED",
    -19: "CL_KERNEL_ARG_INFO_NOT_AVAILABLE",
    -30: "CL_INVALID_VALUE",
    -31: "CL_INVALID_DEVICE_TYPE",
    -32: "CL_INVALID_PLATFORM",
    -33: "CL_INVALID_DEVICE",
    -34: "CL_INVALID_CONTEXT",
    -35: "CL_INVALID_QUEUE_PROPERTIES",
    -36: "CL_INVALID_COMMAND_QUEUE",
    -37: "CL_INVALID_HOST_PTR",
    -38: "CL_INVALID_MEM_OBJECT",
    -39: "CL_INVALID_IMAGE_FORMAT_DESCRIPTOR",
    -40: "CL_INVALID_IMAGE_SIZE",
    -41: "CL_INVALID_SAMPLER",
    -42: "CL_INVALID_BINARY",
    -43: "CL_INVALID_BUILD_OPTIONS",
    -44: "CL_INVALID_PROGRAM",
    -45: "CL_INVALID_PROGRAM_EXECUTABLE",
    -46: "CL_INVALID_KERNEL_NAME",
    -47: "CL_INVALID_KERNEL_DEFINITION",
    -48: "CL_INVALID_KERNEL",
    -49: "CL_INVALID_ARG_INDEX",
    -50: "CL_INVALID_ARG_VALUE",
    -51: "CL_INVALID_ARG_SIZE",
    -52: "CL_INVALID_KERNEL_ARGS",
    -53: "CL_INVALID_WORK_DIMENSION",
    -54: "CL_INVALID_WORK_GROUP_SIZE",
    -55: "CL_INVALID_WORK_ITEM_SIZE",
    -56: "CL_INVALID_GLOBAL_OFFSET",
    -57: "CL_INVALID_EVENT_WAIT_LIST",
    -58: "CL_INVALID_EVENT",
    -59: "CL_INVALID_OPERATION",
    -60: "CL_INVALID_GL_OBJECT",
    -61: "CL_INVALID_BUFFER_SIZE",
    -62: "CL_INVALID_MIP_LEVEL",
    -63: "CL_INVALID_GLOBAL_WORK_SIZE",
    -64: "CL_INVALID_PROPERTY",
    -65: "CL_INVALID_IMAGE_DESCRIPTOR",
    -66: "CL_INVALID_COMPILER_OPTIONS",
    -67: "CL_INVALID_LINKER_OPTIONS",
    -68: "CL_INVALID_DEVICE_PARTITION_COUNT",
    -1001: "CL_PLATFORM_NOT_FOUND_KHR",
    // NVIDIA's driver, without a name in any header.
    -9999: "illegal memory access in a kernel",
  ]

  private static let clBlastNames: [Int32: String] = [
    -1024: "CLBlast: routine not implemented",
    -1022: "CLBlast: matrix A is not a buffer",
    -1021: "CLBlast: matrix B is not a buffer",
    -1020: "CLBlast: matrix C is not a buffer",
    -1019: "CLBlast: vector X is not a buffer",
    -1018: "CLBlast: vector Y is not a buffer",
    -1017: "CLBlast: a dimension is zero",
    -1016: "CLBlast: the rows of matrix A overlap",
    -1015: "CLBlast: the rows of matrix B overlap",
    -1014: "CLBlast: the rows of matrix C overlap",
    -1013: "CLBlast: the increment of vector X is zero",
    -1012: "CLBlast: the increment of vector Y is zero",
    -1011: "CLBlast: the buffer of matrix A is too small",
    -1010: "CLBlast: the buffer of matrix B is too small",
    -1009: "CLBlast: the buffer of matrix C is too small",
    -1008: "CLBlast: the buffer of vector X is too small",
    -1007: "CLBlast: the buffer of vector Y is too small",
    -2050: "CLBlast: the temporary buffer is too small",
    -2049: "CLBlast: the number of batches is not positive",
    -2048: "CLBlast: no such kernel to override",
    -2047: "CLBlast: an override lacks parameters",
    -2046: "CLBlast: not enough local memory",
    -2045: "CLBlast: no half precision on this device",
    -2044: "CLBlast: no double precision on this device",
    -2043: "CLBlast: a scalar is not a buffer",
    -2042: "CLBlast: the buffer of a scalar is too small",
    -2041: "CLBlast: its database has no entry for the device",
    -2040: "CLBlast: unknown error",
    -2039: "CLBlast: unexpected exception",
    -3001: "CLBlast is not installed",
  ]
}
