package import Engine
import Glibc
import Machine
import Text

/// What was measured for one product: the choice, how long it took, and how far its result was from
/// that of the standard kernel.
package struct TunedProduct: Hashable, Sendable {
  package let shape: ProductShape
  package let choice: ProductChoice
  package let microseconds: Double
  /// Relative to the largest number of the result.
  package let error: Double

  package init(_ shape: ProductShape, _ choice: ProductChoice, microseconds: Double, error: Double)
  {
    (self.shape, self.choice, self.error) = (shape, choice, error)
    // Nobody measures nanoseconds.
    self.microseconds = (microseconds * 1000).rounded() / 1000
  }
}

/// The products tuned on one device, by one driver, for one set of kernels: a text for people too.
///
///     implode-tuning 1
///     platform NVIDIA CUDA
///     device NVIDIA H200
///     driver 555.42
///     kernels 0123456789abcdef0123456789abcdef
///     forward 256 512 1024 -> tiles 64x64x16 sums 4x4 parts 1, 31.4 us, error 1e-07
///
/// A file that is not exactly that, or of another device, is ignored as a whole.
package struct TuningFile: Sendable {
  package let path: String
  private let header: String

  /// In `folder`, for a device whose kernels have this fingerprint.
  package init(in folder: String, for device: OpenCLProperties, kernels: Fingerprint) {
    header = """
      implode-tuning 1
      platform \(device.platform), \(device.platformVersion)
      device \(device.name)
      driver \(device.driverVersion)
      kernels \(kernels.hexadecimal)

      """
    let words = device.name.lowercased().split { !$0.isLetter && !$0.isNumber || !$0.isASCII }
    let key = Fingerprint(of: Array(header.utf8)).hexadecimal.prefix(8)
    path = "\(folder)/tuning-\((words + [key[...]]).joined(separator: "-")).txt"
  }

  /// What the file says.
  ///
  /// - Returns: why nothing of it is used, in words for people, if it is there and cannot be.
  package func load() -> (products: [TunedProduct], problem: String?) {
    let bytes: [UInt8]
    do { bytes = try Files.read(path) } catch {
      return ([], error.code == ENOENT ? nil : "\(path): \(error)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasPrefix(header) else {
      return ([], "\(path): not of this device, driver and version")
    }
    var products: [TunedProduct] = []
    for (index, line) in text.dropFirst(header.count).split(separator: "\n").enumerated() {
      guard let product = TunedProduct(line: line) else {
        let number = header.split(separator: "\n").count + index + 1
        return ([], "\(path): line \(number) is no tuned product: '\(line.prefix(60))'")
      }
      products.append(product)
    }
    return text.hasSuffix("\n") ? (products, nil) : ([], "\(path): the last line is cut short")
  }

  /// Puts products in place of, or beside, those of the same shapes; reports whether it could.
  package func add(_ products: [TunedProduct]) -> Bool {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    Files.makeFolder(folder, mode: 0o700)
    // One process at a time, or lines that another adds meanwhile would be lost.
    let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if lock >= 0 { close(lock) } }
    if lock >= 0 { flock(lock, LOCK_EX) }
    var all = Dictionary(load().products.map { ($0.shape, $0) }, uniquingKeysWith: { $1 })
    for product in products { all[product.shape] = product }
    let lines = all.values.map { $0.line + "\n" }.sorted()
    return Files.replace(path, with: Array((header + lines.joined()).utf8))
  }
}

extension TunedProduct {
  fileprivate var line: String {
    "\(shape.text) -> \(choice.text), \(microseconds) us, error \(error)"
  }

  fileprivate init?(line: Substring) {
    let fields = line.split(separator: ", ", omittingEmptySubsequences: false)
    guard fields.count == 3, let (shape, choice) = ProductTuning.parse(fields[0]),
      fields[1].hasSuffix(" us"), let time = Double(fields[1].dropLast(3)), time.isFinite,
      fields[2].hasPrefix("error "), let error = Double(fields[2].dropFirst(6)), error.isFinite
    else { return nil }
    self.init(shape, choice, microseconds: time, error: error)
  }
}
