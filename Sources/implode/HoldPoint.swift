import Datasets
import Glibc
import Machine
import Synchronization

/// Points at which a test can hold the program, so that no verdict depends on time.
///
/// With `IMPLODE_HOLD=epoch:2,rename last.safetensors` the program holds after the second epoch and
/// before the first file named `last.safetensors` gets that name: it writes `held at POINT` to
/// standard error and goes on after a byte on standard input, or the end of it. Release builds have
/// no such points.
///
/// The points are `signals` (before signals are caught), `step`, `epoch`, `write FILE` (half of the
/// bytes are written), and `rename FILE`; a number says at which passage.
enum HoldPoint {
  /// Holds here if a test has asked for it.
  static func pass(_ point: @autoclosure () -> String) {
    #if DEBUG
      if let due = due(point()) { hold(at: due) }
    #endif
  }

  /// Does the work of the program with points in the calls that write files.
  static func inFileCalls<Result>(_ work: () throws -> Result) rethrows -> Result {
    #if DEBUG
      return try FileCalls.$current.withValue(passing(FileCalls.current), operation: work)
    #else
      return try work()
    #endif
  }

  #if DEBUG
    /// The points that are left to hold at, with the passages until then.
    private static let wanted = Mutex(
      (processEnvironment("IMPLODE_HOLD") ?? "").split(separator: ",").map { text in
        let parts = text.split(separator: ":")
        let passages = parts.dropFirst().first.flatMap { Int($0) } ?? 1
        return (text: String(text), point: String(parts[0]), passages: passages)
      })

    /// The text of the point that this passage of `point` is due at.
    private static func due(_ point: String) -> String? {
      wanted.withLock { wanted in
        for index in wanted.indices where wanted[index].point == point {
          wanted[index].passages -= 1
        }
        let text = wanted.first { $0.passages == 0 }?.text
        wanted.removeAll { $0.passages == 0 }
        return text
      }
    }

    private static func hold(at point: String) {
      let line = Array("held at \(point)\n".utf8)
      _ = write(STDERR_FILENO, line, line.count)
      var byte: UInt8 = 0
      while read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR {}
    }

    private static func passing(_ system: FileCalls) -> FileCalls {
      guard wanted.withLock({ !$0.isEmpty }) else { return system }
      var calls = system
      calls.write = { file, bytes, count in
        guard let point = due("write \(name(of: file))") else {
          return system.write(file, bytes, count)
        }
        let half = system.write(file, bytes, count / 2)
        hold(at: point)
        guard half >= 0 else { return half }
        let rest = system.write(file, bytes + half, count - half)
        return rest < 0 ? rest : half + rest
      }
      calls.rename = { from, to in
        pass("rename \(to.lastPathPart)")
        return system.rename(from, to)
      }
      return calls
    }

    /// The name that an open file has, or will have: `last.safetensors`.
    private static func name(of file: Int32) -> String {
      var path = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink("/proc/self/fd/\(file)", &path, path.count)
      let bytes = path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
      let name = String(decoding: bytes, as: UTF8.self).lastPathPart
      return TemporaryFile.finalName(of: name) ?? name
    }
  #endif
}
