/// How the program ends; job scripts rely on the numbers.
package enum ExitCode: Int32, Sendable {
  case done = 0
  /// The command line cannot be understood.
  case usage = 64
  /// A file holds what cannot be read or used.
  case data = 65
  /// A file that is not there or cannot be opened.
  case input = 66
  /// No device, or one that does not work.
  case unavailable = 69
  /// A fault of Implode itself, such as a kernel that computes something wrong.
  case fault = 70
  /// A result cannot be created.
  case creation = 73
  /// A result cannot be written, or a file cannot be read to its end.
  case output = 74
  /// Stopped by a signal, with a checkpoint written: safe to requeue.
  case stopped = 75
  /// Training diverged.
  case diverged = 76
  /// A key or an environment variable has a value that cannot be.
  case configuration = 78
  /// A second Ctrl-C.
  case interrupted = 130
}
