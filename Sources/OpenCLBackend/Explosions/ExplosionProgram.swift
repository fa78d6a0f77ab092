import COpenCL
import Engine
import KernelSources
import Physics

/// The kernels of explosions for one kind of molecule, built for a device.
final class ExplosionProgram {
  /// Rows of a work-item, which are the elements of a vector.
  let lanes: Int
  let queue: cl_command_queue
  let context: cl_context
  let stepLimit: Int
  private let device: OpenCLDevice
  private let program: Handle
  private let handles: (context: Handle, queue: Handle)

  init(
    _ layout: FlightLayout, accuracy: Accuracy, tangents: Bool, on device: OpenCLDevice,
    _ handles: (context: Handle, queue: Handle)
  ) throws(OpenCLError) {
    (self.device, self.handles) = (device, handles)
    (context, queue) = (handles.context.pointer, handles.queue.pointer)
    stepLimit = accuracy.stepLimit
    let asCPU = device.traits.isCPU
    lanes = Self.lanes(layout, asCPU: asCPU)
    let text = try Self.text(
      layout, accuracy, tangents: tangents, asCPU: asCPU, device.settings)
    let build = KernelBuild(
      text, for: device.id, device.properties, device.settings, warps: .none, in: context)
    program = try build.program().program
  }

  private static func lanes(_ layout: FlightLayout, asCPU: Bool) -> Int {
    asCPU ? (layout.isDouble ? 8 : 16) : 1
  }

  static func text(
    _ layout: FlightLayout, _ accuracy: Accuracy, tangents: Bool, asCPU: Bool,
    _ settings: OpenCLSettings
  ) throws(OpenCLError) -> String {
    let constants = constants(layout, accuracy, lanes: lanes(layout, asCPU: asCPU))
    return try KernelSource.text(
      of: tangents ? KernelSource.explosionWithTangents : KernelSource.explosion,
      from: settings.kernelFolder, after: constants)
  }

  /// A step of these kernels is judged by another measure than one of the CPU's; with so much of its
  /// tolerance the errors are the same.
  private static let share = 0.3

  private static func constants(
    _ layout: FlightLayout, _ accuracy: Accuracy, lanes: Int
  ) -> String {
    func number(_ x: Double) -> String { layout.isDouble ? "\(x)" : "\(Float(x))f" }
    let constants: [(name: String, value: String)] = [
      ("ATOMS", "\(layout.molecule.atoms)"), ("DIMENSIONS", "\(layout.dimensions)"),
      ("ORDER", "\(accuracy.order)"), ("FIRST_ORDER", "\(accuracy.firstOrder)"),
      ("TOLERANCE", number(share * accuracy.tolerance)),
      ("TAIL_TOLERANCE", number(accuracy.tailTolerance)),
      ("DOUBLE", layout.isDouble ? "1" : "0"), ("LANES", "\(lanes)"),
    ]
    return KernelSource.defines(constants)
  }

  /// Work-items of a group.
  var group: Int { lanes > 1 ? 1 : 64 }

  /// Rows of a launch are a multiple of this.
  var granularity: Int { lanes * group }

  /// Rows of a block: all, or as many as so many bytes allow.
  func room(for rows: Int, numbers: Int, _ bytes: Int, _ isDouble: Bool) -> Int {
    let most = max(1, bytes / (numbers * (isDouble ? 8 : 4)) / granularity)
    return granularity * min(most, (rows + granularity - 1) / granularity)
  }

  /// A kernel with its arguments.
  func kernel(_ entry: String, _ arguments: [Argument]) throws(OpenCLError) -> Handle {
    let kernel = try makeKernel(entry, of: program)
    for (index, argument) in arguments.enumerated() {
      let code =
        switch argument {
        case .buffer(let buffer): bind(Optional(buffer.pointer), to: kernel, at: index)
        case .int(let number): bind(cl_int(number), to: kernel, at: index)
        case .float(let number): bind(number, to: kernel, at: index)
        case .double(let number): bind(number, to: kernel, at: index)
        }
      try check(code, "argument \(index) of '\(entry)'")
    }
    return kernel
  }

  enum Argument {
    case buffer(Handle)
    case int(Int)
    case float(Float)
    case double(Double)
  }

  func enqueue(_ kernel: Handle, rows: Int) throws(OpenCLError) {
    var (global, local) = (rows / lanes, group)
    try check(
      clEnqueueNDRangeKernel(queue, kernel.pointer, 1, nil, &global, &local, 0, nil, nil),
      "cannot start an explosion")
  }

  /// Memory on the device.
  func buffer(bytes: Int) throws(OpenCLError) -> Handle {
    try makeBuffer("\((bytes + (1 << 20) - 1) >> 20) MiB for explosions", bytes: bytes, in: context)
  }

  /// The masses of the atoms, as kernels read them.
  func inverseMasses(_ layout: FlightLayout) throws(OpenCLError) -> Handle {
    let masses = layout.inverseMasses
    let result = try buffer(bytes: masses.count * layout.elementSize)
    try write(masses, to: result, isDouble: layout.isDouble)
    return result
  }

  /// Writes numbers in the precision of the kernels, and waits.
  func write(_ numbers: [Double], to buffer: Handle, isDouble: Bool) throws(OpenCLError) {
    if isDouble {
      try enqueueWrite(numbers, bytes: 8 * numbers.count, to: buffer.pointer, on: queue)
    } else {
      try enqueueWrite(
        numbers.map { Float($0) }, bytes: 4 * numbers.count, to: buffer.pointer, on: queue)
    }
  }

  func clear(_ buffer: Handle, bytes: Int) throws(OpenCLError) {
    let zeros = [UInt8](repeating: 0, count: bytes)
    try enqueueWrite(zeros, bytes: bytes, to: buffer.pointer, on: queue)
  }

  /// Starts to write.
  func write(
    _ source: UnsafeRawPointer, bytes: Int, to buffer: Handle
  ) throws(OpenCLError) {
    try enqueueWrite(source, bytes: bytes, to: buffer.pointer, on: queue, blocks: false)
  }

  /// Starts to read; `wait` ends it.
  func read(
    _ buffer: Handle, bytes: Int, into target: UnsafeMutableRawPointer
  ) throws(OpenCLError) {
    try enqueueRead(buffer.pointer, bytes: bytes, into: target, on: queue, blocks: false)
  }

  /// The same, as something to wait for: everything before it has then been done.
  func readLast(
    _ buffer: Handle, bytes: Int, into target: UnsafeMutableRawPointer
  ) throws(OpenCLError) -> Handle {
    let event = try make("clEnqueueReadBuffer", release: clReleaseEvent) { code in
      var event: cl_event?
      code = clEnqueueReadBuffer(
        queue, buffer.pointer, cl_bool(CL_FALSE), 0, bytes, target, 0, nil, &event)
      return event
    }
    try check(clFlush(queue), "clFlush")
    return event
  }

  func wait(for event: Handle) throws(OpenCLError) {
    var event: cl_event? = event.pointer
    try check(clWaitForEvents(1, &event), "explosions")
  }
}
