import CMachine
import Glibc

/// The CPU of this machine.
package struct CPU: Hashable, Sendable {
  package let name: String
  package let vendor: String
  package let memoryBytes: Int

  /// Threads that this process can run at a time.
  package static var threads: Int { Int(machine_cpus()) }

  package static let current: CPU = {
    let facts = readFacts()
    return CPU(
      name: facts["model name"] ?? "processor", vendor: facts["vendor_id"] ?? "unknown",
      memoryBytes: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))
  }()

  /// What `/proc/cpuinfo` has on the first CPU; on some architectures that is little.
  private static func readFacts() -> [String: String] {
    guard let bytes = try? Files.read("/proc/cpuinfo") else { return [:] }
    var facts: [String: String] = [:]
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines.prefix(while: { !$0.isEmpty }) {
      let parts = line.split(separator: ":", maxSplits: 1)
      if let key = parts.first?.trimmed, let value = parts.dropFirst().first?.trimmed {
        facts[key] = value
      }
    }
    return facts
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
