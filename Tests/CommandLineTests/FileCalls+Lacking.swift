import Glibc
import Machine

extension FileCalls {
  /// Those of a file system without locks.
  static var withoutLocks: FileCalls {
    var calls = FileCalls()
    calls.lock = { _, _ in
      errno = ENOLCK
      return -1
    }
    return calls
  }

  /// Those of a file system without second names of files.
  static var withoutLinks: FileCalls {
    var calls = FileCalls()
    calls.link = { _, _ in
      errno = EPERM
      return -1
    }
    return calls
  }
}
