import COpenCL
package import Engine
import KernelSources

/// Whether a device computes products by tensor cores as they are defined: tried, not believed.
///
/// Only NVIDIA's compiler sees their instructions. A small program of their own is built and run on
/// random numbers; whatever goes wrong on the way means that they are not used. The verdict is kept
/// beside the compiled kernels, by device, driver and program, a refusal too.
package struct TensorProbe {
  private let device: OpenCLDevice
  /// Without them, what they do is emulated: so the probe itself can be tried where there are none.
  private let usesCores: Bool

  package init(of device: OpenCLDevice, usesCores: Bool = true) {
    (self.device, self.usesCores) = (device, usesCores)
  }

  package var verdict: ProductUnits {
    guard let capability = device.properties.computeCapability, capability >= 8 else {
      return .emulated
    }
    return isKnownToPass ?? false ? OpenCLDevice.native : OpenCLDevice.refused
  }

  /// What an earlier run found, or this one; nil where not even the program's text can be had.
  private var isKnownToPass: Bool? {
    guard let build = try? build(in: nil) else { return nil }
    let cache = device.settings.cacheFolder.map { BinaryCache(folder: $0) }
    let key = build.key
    if let known = cache?.load(key) { return known == Self.passed }
    let passes = passes
    cache?.store(passes ? Self.passed : Self.failed, as: key)
    return passes
  }

  private static let passed = Array("passed".utf8)
  private static let failed = Array("failed".utf8)

  /// Whether products of all three precisions are right; false after any error.
  package var passes: Bool {
    do {
      let (context, queue) = try OpenCLSession.contextAndQueue(on: device.id)
      let program = try build(in: context.pointer).fromSource()
      return try [ProductPrecision.bf16, .tf32, .tf32x3].allSatisfy { precision in
        let trial = TensorTrial(precision)
        return trial.accepts(try trial.run(program, in: context.pointer, on: queue.pointer))
      }
    } catch { return false }
  }

  private func build(in context: cl_context?) throws(OpenCLError) -> KernelBuild {
    KernelBuild(
      try KernelSource.text(of: KernelSource.tensorProbe, from: device.settings.kernelFolder),
      for: device.id, device.properties, device.settings,
      warps: usesCores ? .tensorCores : .emulated, in: context)
  }
}

/// One tile of a product of random numbers.
private struct TensorTrial {
  private let precision: ProductPrecision
  private let a, b: [Float]

  private static let tile = 64
  /// One step: for each of both slices it is one instruction deep with bf16, and two with the others.
  private let depth = 32

  init(_ precision: ProductPrecision) {
    self.precision = precision
    // A Weyl sequence: numbers in ±1 of all digits.
    func numbers(_ count: Int, _ seed: UInt32) -> [Float] {
      (0..<count).map { i in
        let word = Int32(bitPattern: UInt32(truncatingIfNeeded: i) &* 2_654_435_769 &+ seed)
        return Float(word >> 8) * 0x1p-23
      }
    }
    (a, b) = (numbers(Self.tile * depth, 1), numbers(Self.tile * depth, 0x3779_B97F))
  }

  /// What the kernel makes of a buffer of nans.
  func run(
    _ program: Handle, in context: cl_context, on queue: cl_command_queue
  ) throws(OpenCLError) -> [Float] {
    var c = [Float](repeating: .nan, count: Self.tile * Self.tile)
    let kernel = try makeKernel("tensor_probe", of: program)
    var buffers: [Handle] = []
    for (index, contents) in [a, b, c].enumerated() {
      let buffer = try makeBuffer(bytes: contents.count * 4, in: context)
      try enqueueWrite(contents, bytes: contents.count * 4, to: buffer.pointer, on: queue)
      try check(bind(Optional(buffer.pointer), to: kernel, at: index), "clSetKernelArg")
      buffers.append(buffer)
    }
    try check(bind(cl_int(precision.rawValue), to: kernel, at: 3), "clSetKernelArg")
    var size = Launch.warpGroup
    try check(
      clEnqueueNDRangeKernel(queue, kernel.pointer, 1, nil, &size, &size, 0, nil, nil),
      "clEnqueueNDRangeKernel")
    try enqueueRead(buffers[2].pointer, bytes: c.count * 4, into: &c, on: queue)
    return c
  }

  /// Whether every sum is right, but for four units in the last place of fp32 for each term: cores
  /// may cut off what others round, and align terms before they add them.
  func accepts(_ c: [Float]) -> Bool {
    for i in 0..<Self.tile {
      for j in 0..<Self.tile {
        var (sum, size) = (0.0, 0.0)
        for k in 0..<depth {
          let term =
            Double(precision.rounded(a[i * depth + k]))
            * Double(precision.rounded(b[j * depth + k]))
          sum += term
          size += abs(term)
        }
        let error = abs(Double(c[i * Self.tile + j]) - sum)
        // A nan is no number less than another.
        guard error <= Double(depth + 1) * 0x1p-22 * size else { return false }
      }
    }
    return true
  }
}
