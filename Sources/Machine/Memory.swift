import Glibc

/// The memory that this process may still take.
package enum Memory {
  /// Bytes: the least of what the machine has free, and what the limits of the process and of its
  /// control group leave.
  package static var available: Int {
    let meminfo = numbers(of: "/proc/meminfo")
    let free = meminfo["MemAvailable"].map { $0 + (meminfo["SwapFree"] ?? 0) }
    return [free, addressSpace, controlGroup].compactMap(\.self).min() ?? .max
  }

  /// What `ulimit -v` leaves.
  private static var addressSpace: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur < rlim_t(Int.max)
    else { return nil }
    return max(0, Int(limit.rlim_cur) - (numbers(of: "/proc/self/status")["VmSize"] ?? 0))
  }

  /// What a batch system or a container leaves, in version 2 of control groups.
  private static var controlGroup: Int? {
    guard
      let line = text(of: "/proc/self/cgroup")?.split(separator: "\n").first(where: {
        $0.hasPrefix("0::")
      })
    else { return nil }
    var folder = "/sys/fs/cgroup" + line.dropFirst(3)
    var least: Int?
    // Every group above has a limit of its own.
    while folder.hasPrefix("/sys/fs/cgroup") {
      if let most = number(of: folder + "/memory.max"),
        let used = number(of: folder + "/memory.current")
      {
        least = min(least ?? .max, max(0, most - used))
      }
      guard let slash = folder.lastIndex(of: "/") else { break }
      folder = String(folder[..<slash])
    }
    return least
  }

  private static func text(of path: String) -> String? {
    (try? Files.read(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func number(of path: String) -> Int? {
    text(of: path).flatMap { Int($0.split(whereSeparator: \.isWhitespace).first ?? "") }
  }

  /// Lines such as `VmSize:  1234 kB`, in bytes.
  private static func numbers(of path: String) -> [String: Int] {
    var numbers: [String: Int] = [:]
    for line in (text(of: path) ?? "").split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
      if parts.count > 2, parts.last == "kB", let value = Int(parts[1]) {
        numbers[String(parts[0])] = value << 10
      }
    }
    return numbers
  }
}
