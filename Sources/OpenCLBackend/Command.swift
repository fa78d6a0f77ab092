import COpenCL
import Engine

/// A launch made ready: all that is left to do is to enqueue it.
enum Command {
  case kernel(KernelCommand)
  case product(ProductCommand)

  init(
    _ launch: Launch, with chains: [ChainShape: Handle], _ kernels: KernelProgram,
    _ memory: OpenCLMemory
  ) throws(OpenCLError) {
    switch launch {
    case .kernel(let launch):
      self = .kernel(try KernelCommand(launch, with: chains, kernels, memory))
    case .product(let product): self = .product(ProductCommand(product, memory))
    }
  }

  func enqueue(on queue: cl_command_queue) throws(OpenCLError) {
    switch self {
    case .kernel(let command): try command.enqueue(on: queue)
    case .product(let command): try command.enqueue(on: queue)
    }
  }
}

/// A kernel object with its arguments bound, and its sizes.
struct KernelCommand {
  private let kernel: Handle
  private let entry: String
  private let global: (Int, Int)
  private let local: (Int, Int)

  init(
    _ launch: Launch.Kernel, with chains: [ChainShape: Handle], _ kernels: KernelProgram,
    _ memory: OpenCLMemory
  ) throws(OpenCLError) {
    entry = launch.entry
    global = (launch.global.x, launch.global.y)
    local = (launch.local.x, launch.local.y)
    precondition(
      global.0 % local.0 == 0 && global.1 % local.1 == 0,
      "'\(entry)': \(global) work-items in groups of \(local)")
    kernel = try kernels.kernel(launch, with: chains)
    try kernels.verify(kernel, fits: launch)
    for (index, argument) in launch.arguments.enumerated() {
      let code =
        switch argument {
        case .value(let value): bind(Optional(memory[value]), to: kernel, at: index)
        case .int(let number): bind(cl_int(number), to: kernel, at: index)
        case .float(let number): bind(number, to: kernel, at: index)
        case .local(let reals):
          clSetKernelArg(kernel.pointer, cl_uint(index), reals * MemoryLayout<Float>.size, nil)
        }
      try check(code, "argument \(index) of '\(entry)' is not a \(argument.kind)")
    }
  }

  func enqueue(on queue: cl_command_queue) throws(OpenCLError) {
    let code = withUnsafeBytes(of: (global, local)) { sizes in
      let sizes = sizes.assumingMemoryBound(to: Int.self).baseAddress
      return clEnqueueNDRangeKernel(
        queue, kernel.pointer, 2, nil, sizes, sizes.map { $0 + 2 }, 0, nil, nil)
    }
    try check(code, "cannot start '\(entry)'")
  }

}

/// A matrix product by CLBlast.
struct ProductCommand {
  private let product: Launch.Product
  private let a, b, c: cl_mem

  /// The memory is kept by the program.
  init(_ product: Launch.Product, _ memory: OpenCLMemory) {
    self.product = product
    (a, b, c) = (
      memory[product.a.slice.value], memory[product.b.slice.value], memory[product.c.slice.value]
    )
  }

  func enqueue(on queue: cl_command_queue) throws(OpenCLError) {
    var queue: cl_command_queue? = queue
    let status = CLBlastSgemm(
      CLBlastLayoutRowMajor, product.a.flag, product.b.flag,
      product.rows, product.columns, product.depth,
      1, a, product.a.offset, product.a.stride, b, product.b.offset, product.b.stride,
      product.accumulates ? 1 : 0, c, product.c.offset, product.c.stride, &queue, nil)
    try check(
      cl_int(status.rawValue),
      "\(product.rows)×\(product.depth) by \(product.depth)×\(product.columns) matrix product")
  }
}

extension Launch.Product.Operand {
  fileprivate var flag: CLBlastTranspose { transposed ? CLBlastTransposeYes : CLBlastTransposeNo }
  fileprivate var offset: Int { slice.columns.lowerBound }
  fileprivate var stride: Int { slice.value.shape.columns }
}

extension Launch.Argument {
  fileprivate var kind: String {
    switch self {
    case .value: "pointer"
    case .int: "int"
    case .float: "float"
    case .local: "local pointer"
    }
  }
}

extension KernelProgram {
  /// By the size that a kernel is compiled for, and the device's limit. What a driver calls the
  /// limit of a kernel is not asked for: Mesa's says 32 of kernels that it runs in groups of 64.
  private func verify(
    _ kernel: Handle, takesGroupsOf launch: Launch.Kernel
  ) throws(OpenCLError) {
    let (x, y) = (launch.local.x, launch.local.y)
    let required = try queryNumber(SIMD3(0, 0, 0), "clGetKernelWorkGroupInfo") {
      clGetKernelWorkGroupInfo(
        kernel.pointer, device, cl_kernel_work_group_info(CL_KERNEL_COMPILE_WORK_GROUP_SIZE), $0,
        $1, $2)
    }
    if required != .zero && (required.x, required.y) != (x, y) {
      throw OpenCLError(
        "'\(launch.entry)' is compiled for work-groups of \(required.x)×\(required.y) and launched "
          + "in groups of \(x)×\(y)")
    }
    if x * y > properties.maximumWorkGroup {
      throw OpenCLError(
        "'\(launch.entry)' needs work-groups of \(x)×\(y), the device can run groups of at most "
          + "\(properties.maximumWorkGroup)", hint: "use another device or the CPU")
    }
  }

  /// Compares what a launch asks for with what the compiled kernel takes.
  fileprivate func verify(_ kernel: Handle, fits launch: Launch.Kernel) throws(OpenCLError) {
    let arguments = try queryNumber(cl_uint(0), "clGetKernelInfo") {
      clGetKernelInfo(kernel.pointer, cl_kernel_info(CL_KERNEL_NUM_ARGS), $0, $1, $2)
    }
    if Int(arguments) != launch.arguments.count {
      throw OpenCLError(
        "'\(launch.entry)' takes \(arguments) arguments and is given \(launch.arguments.count)")
    }
    try verify(kernel, takesGroupsOf: launch)
    let local = try queryNumber(cl_ulong(0), "clGetKernelWorkGroupInfo") {
      clGetKernelWorkGroupInfo(
        kernel.pointer, device, cl_kernel_work_group_info(CL_KERNEL_LOCAL_MEM_SIZE), $0, $1, $2)
    }
    let asked = launch.arguments.reduce(0) {
      if case .local(let reals) = $1 { $0 + reals * MemoryLayout<Float>.size } else { $0 }
    }
    if Int(local) + asked > properties.localMemoryBytes {
      throw OpenCLError(
        "'\(launch.entry)' needs \(Int(local) + asked) bytes of local memory, the device has "
          + "\(properties.localMemoryBytes)", hint: "use another device or the CPU")
    }
  }
}
