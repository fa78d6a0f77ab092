import CText
import Machine
import Text

/// Compresses what is written to a file, in blocks of fixed size: the bytes do not depend on the
/// number of threads.
final class GzipWriter {
  /// Each block becomes a member of the gzip file of its own.
  private static let block = 1 << 20

  private let file: OutputFile
  private let threads: Int
  private var pending: [UInt8] = []

  init(_ file: OutputFile, threads: Int) { (self.file, self.threads) = (file, max(1, threads)) }

  func write(_ bytes: [UInt8]) throws(Failure) {
    pending += bytes
    guard pending.count >= 2 * threads * Self.block else { return }
    try flush(pending.count / Self.block)
  }

  /// Writes what is left.
  func finish() throws(Failure) {
    try flush((pending.count + Self.block - 1) / Self.block)
  }

  private func flush(_ blocks: Int) throws(Failure) {
    let bytes = pending
    let parts = ParallelParts.run(blocks, threads: threads) { index in
      Self.packed(bytes[index * Self.block..<min((index + 1) * Self.block, bytes.count)])
    }
    for part in parts {
      guard !part.isEmpty else {
        throw Failure(
          "no memory to compress the results", hint: "write a file without .gz", code: .output)
      }
      try file.write(part)
    }
    pending.removeFirst(min(blocks * Self.block, pending.count))
  }

  private static func packed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let room = ct_gzip_bound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: room) { target, count in
      count = bytes.withUnsafeBufferPointer {
        ct_gzip($0.baseAddress, $0.count, target.baseAddress, room)
      }
    }
  }
}
