import Engine
import Glibc
import KernelSources
import OpenCLBackend

/// A folder of kernel files and one for the cache, which go when the test is over.
///
/// All kernel files but a few are empty, so that building them takes no time.
final class Workshop {
  let kernels: String
  var cache: String
  private let root: String

  struct Unusable: Error {}

  /// What every kernel file may use.
  private static let common: Set<String> = ["prelude", "lanes", "chain"]

  /// - Parameter stems: of the kernel files to copy from the binary, besides the common ones.
  init(_ stems: Set<String>) throws {
    var template = Array("/tmp/implode-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Unusable() }
    root = template.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
    kernels = root + "/kernels"
    cache = root + "/cache"
    mkdir(kernels, 0o700)
    for source in KernelSource.all {
      let isUsed = stems.union(Self.common).contains(String(source.fileName.dropLast(3)))
      try replace(source.fileName, with: isUsed ? source.text : "")
    }
  }

  deinit {
    for folder in [kernels, root + "/cache/deep/er", root + "/cache/deep", root + "/cache", root] {
      for name in Self.names(in: folder) { unlink(folder + "/" + name) }
      rmdir(folder)
    }
  }

  /// The device at `index`, with these kernels and, if asked for, this cache.
  func device(_ index: Int, caches: Bool = false) throws -> OpenCLDevice {
    var settings = OpenCLSettings(kernelFolder: kernels, cacheFolder: caches ? cache : nil)
    settings.platformsWithCache = []
    return try OpenCLDevice.discover(settings).device(at: index)
  }

  /// Whether the device adds two values correctly.
  func addsUp(on device: OpenCLDevice) throws -> Bool {
    let sum = NamedSum()
    let program = try device.program(sum.graph)
    try program.write([1, 2, 3], to: sum.named)
    try program.write([10, 20, 30], to: sum.input)
    try program.run()
    return try program.read(sum.sum) == [11, 22, 33]
  }

  func embedded(_ fileName: String) throws -> String {
    guard let source = KernelSource.all.first(where: { $0.fileName == fileName }) else {
      throw Unusable()
    }
    return source.text
  }

  func replace(_ fileName: String, with text: String) throws {
    try write(Array(text.utf8), to: kernels + "/" + fileName)
  }

  func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw Unusable() }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Unusable() }
  }

  func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 24)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }

  var cacheFiles: [String] { Self.names(in: cache).map { cache + "/" + $0 } }

  /// The names in a folder, in no order; none if there is no such folder.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }
}

/// sum = named + input, the former under a name by which programs can share it.
struct NamedSum {
  let graph: Graph
  let named, input, sum: Value

  /// - Parameter extra: values before the others, so that the numbers of two graphs differ.
  init(columns: Int = 3, extra: Int = 0) {
    var graph = Graph()
    for _ in 0..<extra { _ = graph.input(Shape(1, 40)) }
    named = graph.resident("named", Shape(1, columns))
    input = graph.input(Shape(1, columns))
    sum = graph.add(named, input)
    self.graph = graph
  }
}
