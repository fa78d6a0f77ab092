import COpenCL
package import Engine
import KernelSources

extension OpenCLDevice {
  /// Whether a choice can be made here: on CPUs chains take the products, some devices have
  /// less local memory, or smaller work-groups, than a tile needs, and the library may be missing.
  package func canUse(_ choice: ProductChoice) -> Bool {
    switch choice {
    case _ where traits.isCPU: false
    case .tiles(let tile, _):
      tile.byteCount <= properties.localMemoryBytes && tile.group <= properties.maximumWorkGroup
    case .library: clblast_is_present()
    }
  }

  /// Where tuned products of this device are kept; nil where nothing is kept.
  package func tuningFile() throws(OpenCLError) -> TuningFile? {
    guard let folder = settings.cacheFolder else { return nil }
    let text = try KernelSource.text(from: settings.kernelFolder, for: .standard)
    return TuningFile(
      in: folder, for: properties, kernels: Fingerprint(of: Array(text.utf8)))
  }
}
