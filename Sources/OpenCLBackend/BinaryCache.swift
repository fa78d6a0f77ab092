import Machine

/// Compiled programs on disk, each in a file that is named after all that went into it.
///
/// A file is one line, `implode-opencl 1 KEY PAYLOAD-HASH`, and the driver's binary. Whatever is
/// not exactly that is ignored: what was cut short, changed, renamed, or written by another version.
package struct BinaryCache {
  package let folder: String

  package init(folder: String) { self.folder = folder }

  /// What was stored under `key`.
  package func load(_ key: Fingerprint) -> [UInt8]? {
    guard let bytes = try? Files.read(path(key)), let end = bytes.firstIndex(of: newline) else {
      return nil
    }
    let payload = Array(bytes[(end + 1)...])
    return bytes[...end].elementsEqual(header(key, payload)) && !payload.isEmpty ? payload : nil
  }

  /// Stores `payload`, unless the folder cannot be written; then there is no cache.
  package func store(_ payload: [UInt8], as key: Fingerprint) {
    Files.makeFolder(folder, mode: 0o700)
    Files.replace(path(key), with: header(key, payload) + payload)
  }

  /// The file for `key`.
  package func path(_ key: Fingerprint) -> String { folder + "/" + key.hexadecimal + ".bin" }

  private func header(_ key: Fingerprint, _ payload: [UInt8]) -> [UInt8] {
    let hash = Fingerprint(of: payload)
    return Array("implode-opencl 1 \(key.hexadecimal) \(hash.hexadecimal)\n".utf8)
  }

  private var newline: UInt8 { UInt8(ascii: "\n") }
}
