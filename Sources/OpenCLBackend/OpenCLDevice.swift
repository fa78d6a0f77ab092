import COpenCL
package import Engine
import KernelSources

/// One OpenCL device. Its context, queue and kernels are made when the first graph is compiled.
///
/// A device and its programs stay on one thread.
package final class OpenCLDevice: Device {
  package let properties: OpenCLProperties
  let id: cl_device_id
  let settings: OpenCLSettings
  private var session: OpenCLSession?

  init(_ id: cl_device_id, _ properties: OpenCLProperties, _ settings: OpenCLSettings) {
    (self.id, self.properties, self.settings) = (id, properties, settings)
  }

  package var name: String { properties.name }

  /// What primitives may know about the device.
  package var traits: LaunchTraits {
    let usesLibrary = properties.isGPU && clblast_is_present()
    return LaunchTraits(
      isProcessor: properties.isProcessor,
      libraryProductThreshold: settings.libraryProductThreshold
        ?? (usesLibrary ? Self.libraryProductThreshold : .max))
  }

  /// The number of multiplications from which CLBlast's matrix product is faster than ours on a
  /// GPU, the host's time for the call and the lost fusion included. To be measured on one.
  package static let libraryProductThreshold = Int.max

  /// Where the kernels came from; nil before the first graph is compiled.
  package var kernelOrigin: KernelOrigin? { session?.kernels.origin }

  package func compile(_ graph: Graph, sharing other: (any Program)?) throws -> any Program {
    try program(graph, sharing: other)
  }

  /// The program as what it is, for whoever knows the device's kind.
  package func program(
    _ graph: Graph, sharing other: (any Program)? = nil
  ) throws(OpenCLError) -> OpenCLProgram {
    let other = other.map { other in
      guard let same = other as? OpenCLProgram, same.device === self else {
        preconditionFailure("a program on \(name) cannot share memory with \(type(of: other))")
      }
      return same
    }
    let session = try open()
    return try naming { () throws(OpenCLError) in
      try OpenCLProgram(graph, on: self, in: session, sharing: other)
    }
  }

  /// Forgets the context, so that the next graph is compiled in a new one: after an error that
  /// leaves the old one unusable. Programs made before keep the old one.
  package func reset() { session = nil }

  /// Does something of which a failure is the device's, and says so.
  func naming<T>(_ body: () throws(OpenCLError) -> T) throws(OpenCLError) -> T {
    do { return try body() } catch { throw error.on(name) }
  }

  private func open() throws(OpenCLError) -> OpenCLSession {
    if let session { return session }
    let text = try KernelSource.text(from: settings.kernelFolder)
    let session = try naming { () throws(OpenCLError) in try OpenCLSession(self, kernels: text) }
    self.session = session
    return session
  }
}

/// The context of one device, its only queue, which is in order, and the kernels built for it.
final class OpenCLSession {
  let properties: OpenCLProperties
  let kernels: KernelProgram
  /// Bytes that all programs hold on the device.
  fileprivate(set) var bytesInUse = 0
  private let contextHandle: Handle
  private let queueHandle: Handle

  var context: cl_context { contextHandle.pointer }
  var queue: cl_command_queue { queueHandle.pointer }

  init(_ device: OpenCLDevice, kernels text: String) throws(OpenCLError) {
    let id = device.id
    let context = try make("clCreateContext", release: clReleaseContext) {
      var id: cl_device_id? = id
      return clCreateContext(nil, 1, &id, nil, nil, &$0)
    }
    queueHandle = try make("clCreateCommandQueue", release: clReleaseCommandQueue) {
      clCreateCommandQueue(context.pointer, id, 0, &$0)
    }
    kernels = try KernelProgram(text, for: device, in: context.pointer)
    contextHandle = context
    properties = device.properties
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
    let flags = cl_mem_flags(CL_MEM_READ_WRITE)
    handle = try make("clCreateBuffer", release: clReleaseMemObject) {
      clCreateBuffer(session.context, flags, bytes, nil, &$0)
    }
    pointer = handle.pointer
    var zero: cl_uint = 0
    try check(
      clEnqueueFillBuffer(session.queue, pointer, &zero, 4, 0, bytes, 0, nil, nil),
      "clEnqueueFillBuffer")
    try session.finish()
    (self.bytes, self.session) = (bytes, session)
    session.bytesInUse += bytes
  }

  deinit { session.bytesInUse -= bytes }
}
