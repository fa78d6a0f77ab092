package import Engine
import KernelSources

extension OpenCLDevice {
  /// Whether a choice can be tuned for here: on processors chains take the products, and some devices
  /// have less local memory, or smaller work-groups, than a tile needs.
  package func canUse(_ choice: ProductChoice) -> Bool {
    guard !traits.isProcessor, case .tiles(let tile, _, _) = choice else { return false }
    return tile.byteCount <= properties.localMemoryBytes
      && tile.group <= properties.maximumWorkGroup
  }

  /// Where tuned products of this device are kept; nil where nothing is kept.
  package func tuningFile() throws(OpenCLError) -> TuningFile? {
    guard let folder = settings.cacheFolder else { return nil }
    let text = try KernelSource.text(from: settings.kernelFolder, for: .standard)
    return TuningFile(
      in: folder, for: properties, kernels: Fingerprint(of: Array(text.utf8)))
  }
}
