import CMachine
import Glibc

/// A running child process, with empty standard input and its standard error in a file.
struct Child {
  enum End: Hashable {
    case exited(Int)
    case killed(signal: Int)
    case timedOut
  }

  private let pid: pid_t
  /// Where it is noted, so that it does not outlive a process that a signal ends.
  private let entry: Int32

  /// - Parameter arguments: The path of the program and its arguments.
  init?(_ arguments: [String], environment: [String], errors: String) {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&files, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    let words = arguments.map { strdup($0) } + [nil]
    let settings = environment.map { strdup($0) } + [nil]
    defer { for pointer in words + settings { free(pointer) } }
    var entry: Int32 = -1
    guard let program = words[0],
      case let pid = machine_start_child(program, words, settings, &files, &entry), pid > 0
    else { return nil }
    (self.pid, self.entry) = (pid, entry)
  }

  /// Waits until it ends, and kills it at a deadline.
  func wait(until deadline: ContinuousClock.Instant) -> End {
    defer { machine_forget_child(entry) }
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      guard ContinuousClock.now < deadline else {
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
        return .timedOut
      }
      usleep(5000)
    }
    let signal = status & 0x7F
    return signal == 0
      ? .exited(Int(status >> 8 & 0xFF)) : .killed(signal: Int(signal))
  }
}
