import CHostMath
import Engine
import Glibc

/// The machine that the cpu backend runs on.
struct Processor: Hashable, Sendable {
  let name: String
  let vendor: String
  /// The widest vectors that are used.
  let instructionSet: String
  /// Processors that this process may use.
  let threads: Int
  let memoryBytes: Int

  static let current: Processor = {
    let facts = readFacts()
    return Processor(
      name: facts["model name"] ?? "processor", vendor: facts["vendor_id"] ?? "unknown",
      instructionSet: String(cString: hm_instruction_set()), threads: availableThreads(),
      memoryBytes: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))
  }()

  /// What `/proc/cpuinfo` has on the first processor; on some architectures that is little.
  private static func readFacts() -> [String: String] {
    guard let file = fopen("/proc/cpuinfo", "re") else { return [:] }
    defer { fclose(file) }
    var facts: [String: String] = [:]
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), file) != nil, line[0] != 10 {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let parts = text.split(separator: ":", maxSplits: 1)
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
