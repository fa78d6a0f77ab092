import Engine
import KernelSources

extension OpenCLDevice {
  /// Where tuned products of this device are kept; nil where nothing is kept.
  package func tuningFile() throws(OpenCLError) -> TuningFile? {
    guard let folder = settings.cacheFolder else { return nil }
    let text = try KernelSource.text(from: settings.kernelFolder, for: .standard)
    return TuningFile(
      in: folder, for: properties, kernels: Fingerprint(of: Array(text.utf8)))
  }
}
