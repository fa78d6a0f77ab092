import CMachine
import Glibc
import Synchronization
import Text

/// Whether somebody has asked the program to end: a batch system, or Ctrl-C.
enum StopFlag {
  private static let signal = Atomic<Int32>(0)
  private static let interrupts = Atomic<Int32>(0)

  /// The signal that came; nil as long as none has.
  static var caught: Int32? {
    let number = signal.load(ordering: .acquiring)
    return number == 0 ? nil : number
  }

  /// From now on these signals are noted instead of ending the program. A second Ctrl-C ends it.
  static func install() {
    HoldPoint.pass("signals")
    // Statics are made at their first use, which must not be inside of a handler.
    _ = (signal.load(ordering: .relaxed), interrupts.load(ordering: .relaxed))
    for number in [SIGTERM, SIGINT, SIGUSR1, SIGHUP] where !isIgnored(number) {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        if number == SIGINT,
          StopFlag.interrupts.add(1, ordering: .acquiringAndReleasing).oldValue > 0
        {
          machine_clean_up()
          _exit(ExitCode.interrupted.rawValue)
        }
        StopFlag.signal.store(number, ordering: .releasing)
      }
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
      // Whoever started the program may have held the signal back, which it inherits.
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, number)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
  }

  /// Whether whoever started the program wants it to outlive a signal: `nohup implode train … &`.
  private static func isIgnored(_ number: Int32) -> Bool {
    guard number == SIGHUP || number == SIGINT else { return false }
    var action = sigaction()
    sigaction(number, nil, &action)
    let ignore = unsafeBitCast(SIG_IGN, to: Int.self)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == ignore
  }
}
