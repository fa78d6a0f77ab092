import COpenCL
package import Engine
import Text

/// One OpenCL device. Its context, queue and kernels are made when the first graph is compiled.
///
/// A device and its programs stay on one thread.
package final class OpenCLDevice: Device {
  package let properties: OpenCLProperties
  let id: cl_device_id
  let settings: OpenCLSettings
  /// How to compute which matrix products: of graphs compiled from now on.
  package var products = ProductTuning()
  private var session: OpenCLSession?

  init(_ id: cl_device_id, _ properties: OpenCLProperties, _ settings: OpenCLSettings) {
    (self.id, self.properties, self.settings) = (id, properties, settings)
  }

  package var name: String { properties.name }

  /// What primitives may know about the device.
  package var traits: LaunchTraits {
    let isCPU = settings.treatsAsCPU ?? properties.isCPU
    let usesLibrary = isCPU && clblast_is_present()
    return LaunchTraits(
      isCPU: isCPU,
      libraryProductThreshold: settings.libraryProductThreshold
        ?? (usesLibrary ? Self.libraryProductThreshold : .max),
      warpPrecisions: warps == .none ? [] : [.bf16, .tf32, .tf32x3],
      localReals: Int(properties.localMemoryBytes) / MemoryLayout<Float>.size, products: products)
  }

  var warps: Warps {
    if settings.emulatesTensorCores { return .emulated }
    return tensorCores == Self.native ? .tensorCores : .none
  }

  /// Whether narrowed products are computed by tensor cores; found out when first asked for.
  package private(set) lazy var tensorCores = TensorProbe(of: self).verdict
  private static let cores = "tensor cores"
  static let native = ProductUnits.native(cores)
  static let refused = ProductUnits.refused(cores)

  /// The multiplications from which CLBlast's product is faster than ours, epilogue included.
  ///
  /// On PoCL and on Intel's runtime a step of 512-1024-1024 takes 0.8 of the time at batch 1024
  /// (2²⁹ multiplications in a layer) and 0.65 at 4096, and no less at 256. No GPU has been
  /// measured; there our kernels compute every product.
  package static let libraryProductThreshold = 1 << 28

  /// Where the kernels came from; nil before the first graph is compiled.
  package var kernelOrigin: KernelOrigin? { session?.kernels.origin }

  /// Bytes of buffers that programs of this device hold.
  package var bytesInUse: Int { session?.bytesInUse ?? 0 }

  package func compile(_ graph: Graph, sharing other: (any Program)?) throws -> any Program {
    try program(graph, sharing: other)
  }

  package func renew() { session = nil }

  /// The program as what it is, for whoever knows the device's kind.
  package func program(
    _ graph: Graph, sharing other: (any Program)? = nil
  ) throws(OpenCLError) -> OpenCLProgram {
    let session = try open()
    let other = other.map { other in
      guard let same = other as? OpenCLProgram, same.session === session else {
        preconditionFailure("a program on \(name) cannot share memory with \(type(of: other))")
      }
      return same
    }
    return try naming { () throws(OpenCLError) in
      try OpenCLProgram(graph, on: self, in: session, sharing: other)
    }
  }

  /// Does something of which a failure is the device's, and says so.
  func naming<T>(_ body: () throws(OpenCLError) -> T) throws(OpenCLError) -> T {
    do { return try body() } catch { throw error.on(name) }
  }

  private func open() throws(OpenCLError) -> OpenCLSession {
    if let session { return session }
    let session = try naming { () throws(OpenCLError) in
      do throws(OpenCLError) { return try OpenCLSession(self) } catch {
        // What passed its trial may still not compile among everything else.
        guard warps == .tensorCores else { throw error }
        tensorCores = Self.refused
        return try OpenCLSession(self)
      }
    }
    self.session = session
    return session
  }
}
