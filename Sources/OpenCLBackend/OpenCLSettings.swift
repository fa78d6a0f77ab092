import Glibc
import Machine

/// Where kernels come from and where they are kept.
package struct OpenCLSettings: Sendable {
  /// A folder of kernel files that replace the embedded ones, while kernels are developed.
  package var kernelFolder: String?
  /// Where compiled kernels are kept between runs; nil keeps none.
  package var cacheFolder: String?
  /// Platforms that keep compiled kernels themselves. PoCL starts in 40 ms from its own cache and
  /// in 10 ms from ours, but takes 5 s to fill ours: it compiles every kernel, needed or not.
  package var platformsWithCache: Set<String> = ["Portable Computing Language"]
  /// Replaces `OpenCLDevice.libraryProductThreshold`, on CPUs too.
  package var libraryProductThreshold: Int?
  /// Chooses the kernels for CPUs, or those for GPUs, whatever the device says it is.
  package var treatsAsCPU: Bool?
  /// Computes narrowed products by the kernels for tensor cores where there are none: for tests.
  package var emulatesTensorCores = false
  package var slowBuild = SlowBuild()

  package init(
    kernelFolder: String? = nil, cacheFolder: String? = nil, libraryProductThreshold: Int? = nil
  ) {
    self.kernelFolder = kernelFolder
    self.cacheFolder = cacheFolder
    self.libraryProductThreshold = libraryProductThreshold
  }

  /// `IMPLODE_KERNELS`, `IMPLODE_CACHE` and, for tests, `IMPLODE_LAUNCHES`, which is `gpu` or
  /// `cpu` where devices are to be taken for one; the cache is otherwise where the desktop's rules put
  /// it, and an empty `IMPLODE_CACHE` turns it off.
  package static func fromEnvironment() -> OpenCLSettings {
    var settings = OpenCLSettings(
      kernelFolder: variable("IMPLODE_KERNELS"), cacheFolder: Cache.folder("opencl"))
    settings.treatsAsCPU = variable("IMPLODE_LAUNCHES").flatMap {
      ["cpu": true, "gpu": false][$0]
    }
    return settings
  }

  private static func variable(_ name: String) -> String? {
    processEnvironment(name).flatMap { $0.isEmpty ? nil : $0 }
  }
}
