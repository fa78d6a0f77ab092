import COpenCL

/// The context of one device, its only queue, which is in order, and the kernels built for it.
final class OpenCLSession {
  let properties: OpenCLProperties
  let kernels: KernelProgram
  /// Bytes that all programs hold on the device.
  fileprivate(set) var bytesInUse = 0
  /// The products of the library that agreed with our kernel.
  var checkedProducts: Set<LibraryCheck.Form> = []
  private let contextHandle: Handle
  private let queueHandle: Handle

  var context: cl_context { contextHandle.pointer }
  var queue: cl_command_queue { queueHandle.pointer }

  init(_ device: OpenCLDevice) throws(OpenCLError) {
    (contextHandle, queueHandle) = try Self.contextAndQueue(on: device.id)
    kernels = try KernelProgram(for: device, in: contextHandle.pointer)
    properties = device.properties
  }

  static func contextAndQueue(
    on device: cl_device_id
  ) throws(OpenCLError) -> (context: Handle, queue: Handle) {
    let context = try make("clCreateContext", release: clReleaseContext) {
      var device: cl_device_id? = device
      return clCreateContext(nil, 1, &device, nil, nil, &$0)
    }
    let queue = try make("clCreateCommandQueue", release: clReleaseCommandQueue) {
      clCreateCommandQueue(context.pointer, device, 0, &$0)
    }
    return (context, queue)
  }

  /// Waits until everything enqueued has been computed.
  func finish() throws(OpenCLError) { try check(clFinish(queue), "clFinish") }
}

/// A buffer of zeros on the device.
final class DeviceBuffer {
  let pointer: cl_mem
  private let handle: Handle
  private let bytes: Int
  private let session: OpenCLSession

  /// Drivers take memory when it is first used, and fail then; therefore it is used here.
  init(bytes: Int, in session: OpenCLSession) throws(OpenCLError) {
    handle = try makeBuffer(bytes: bytes, in: session.context)
    pointer = handle.pointer
    (self.bytes, self.session) = (bytes, session)
    session.bytesInUse += bytes
    let zeros = [UInt8](repeating: 0, count: min(bytes, 1 << 22))
    for offset in stride(from: 0, to: bytes, by: zeros.count) {
      try put(zeros, count: min(zeros.count, bytes - offset), at: offset)
    }
    try session.finish()
  }

  deinit { session.bytesInUse -= bytes }

  /// Copies the first `count` bytes of `source` to the buffer.
  func write(_ source: UnsafeRawPointer, count: Int, at offset: Int) throws(OpenCLError) {
    guard session.properties.platform == "Oclgrind" && count < bytes else {
      return try put(source, count: count, at: offset)
    }
    // oclgrind forgets after every write what was initialized elsewhere in the buffer.
    let whole = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    defer { whole.deallocate() }
    try enqueueRead(pointer, bytes: bytes, into: whole, on: session.queue)
    (whole + offset).copyMemory(from: source, byteCount: count)
    try put(whole, count: bytes, at: 0)
  }

  private func put(_ source: UnsafeRawPointer, count: Int, at offset: Int) throws(OpenCLError) {
    try enqueueWrite(source, bytes: count, to: pointer, at: offset, on: session.queue)
  }
}
