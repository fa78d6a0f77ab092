import COpenCL

// Every call of OpenCL goes through one of these functions.

/// Throws unless `code` reports success.
func check(_ code: cl_int, _ call: @autoclosure () -> String) throws(OpenCLError) {
  guard code == CL_SUCCESS else { throw OpenCLError(call(), status: code) }
}

/// Calls a constructor of OpenCL, which reports failure through an out-parameter.
func make(
  _ call: @autoclosure () -> String, release: @escaping (OpaquePointer?) -> cl_int,
  _ body: (inout cl_int) -> OpaquePointer?
) throws(OpenCLError) -> Handle {
  var code = CL_SUCCESS
  guard let pointer = body(&code), code == CL_SUCCESS else {
    throw OpenCLError(call(), status: code)
  }
  return Handle(pointer, release: release)
}

/// Owns one object of OpenCL, so that nothing leaks where an initializer throws half-way.
final class Handle {
  let pointer: OpaquePointer
  private let release: (OpaquePointer?) -> cl_int

  fileprivate init(_ pointer: OpaquePointer, release: @escaping (OpaquePointer?) -> cl_int) {
    self.pointer = pointer
    self.release = release
  }

  deinit { _ = release(pointer) }
}

/// Memory on a device.
func makeBuffer(
  _ what: @autoclosure () -> String = "clCreateBuffer", bytes: Int, in context: cl_context
) throws(OpenCLError) -> Handle {
  try make(what(), release: clReleaseMemObject) {
    clCreateBuffer(context, cl_mem_flags(CL_MEM_READ_WRITE), bytes, nil, &$0)
  }
}

func makeKernel(_ entry: String, of program: Handle) throws(OpenCLError) -> Handle {
  try make("no kernel '\(entry)'", release: clReleaseKernel) {
    clCreateKernel(program.pointer, entry, &$0)
  }
}

/// Makes a number, or a pointer that is an optional, an argument of a kernel.
func bind<T: BitwiseCopyable>(_ argument: T, to kernel: Handle, at index: Int) -> cl_int {
  withUnsafePointer(to: argument) {
    clSetKernelArg(kernel.pointer, cl_uint(index), MemoryLayout<T>.size, $0)
  }
}

func enqueueWrite(
  _ source: UnsafeRawPointer, bytes: Int, to buffer: cl_mem, at offset: Int = 0,
  on queue: cl_command_queue, blocks: Bool = true
) throws(OpenCLError) {
  try check(
    clEnqueueWriteBuffer(
      queue, buffer, cl_bool(blocks ? CL_TRUE : CL_FALSE), offset, bytes, source, 0, nil, nil),
    "clEnqueueWriteBuffer")
}

func enqueueRead(
  _ buffer: cl_mem, bytes: Int, into target: UnsafeMutableRawPointer, on queue: cl_command_queue,
  blocks: Bool = true
) throws(OpenCLError) {
  try check(
    clEnqueueReadBuffer(
      queue, buffer, cl_bool(blocks ? CL_TRUE : CL_FALSE), 0, bytes, target, 0, nil, nil),
    "clEnqueueReadBuffer")
}

/// One of OpenCL's `clGet…Info` functions, for a fixed object and key.
typealias Query = (
  _ room: Int, _ value: UnsafeMutableRawPointer?, _ size: UnsafeMutablePointer<Int>?
) -> cl_int

/// A number that OpenCL knows about an object; `initial` fixes its type.
func queryNumber<T: BitwiseCopyable>(
  _ initial: T, _ call: @autoclosure () -> String, _ query: Query
) throws(OpenCLError) -> T {
  var result = initial
  try check(query(MemoryLayout<T>.size, &result, nil), call())
  return result
}

/// Text that OpenCL knows about an object, without white space around it.
func queryText(_ call: @autoclosure () -> String, _ query: Query) throws(OpenCLError) -> String {
  var size = 0
  try check(query(0, nil, &size), call())
  var bytes = [UInt8](repeating: 0, count: size)
  try check(query(size, &bytes, nil), call())
  let isSpace = { (byte: UInt8) in byte <= UInt8(ascii: " ") }
  let line = bytes.prefix { $0 != 0 }.drop(while: isSpace)
  let end = line.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? line.startIndex
  return String(decoding: line[line.startIndex..<end], as: UTF8.self)
}
