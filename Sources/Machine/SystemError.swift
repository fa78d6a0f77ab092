import Glibc
import Text

/// An error number of the C library; its description is what the library says about it.
package struct SystemError: Error, Hashable, CustomStringConvertible {
  package let code: Int32

  package init(code: Int32) { self.code = code }

  /// Why the call before this one failed.
  package static var last: SystemError { SystemError(code: errno) }

  package var description: String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
