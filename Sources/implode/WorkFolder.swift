import Foundation
import Glibc
import Machine
import Text

/// A new folder: a temporary one that goes with this, or one that the user has named, which stays.
final class WorkFolder {
  let path: String
  let isTemporary: Bool

  init(_ named: String?) throws(Failure) {
    isTemporary = named == nil
    guard let named else {
      let pattern = FileManager.default.temporaryDirectory.appending(path: "implode-XXXXXX").path
      var name = Array(pattern.utf8CString)
      guard mkdtemp(&name) != nil else {
        throw Failure(
          .creation, file: pattern, cause: "cannot be made: \(SystemError.last)",
          hint: "set TMPDIR to a folder that you may write to")
      }
      path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return
    }
    path = named
    if let part = Files.makeFolder(named) {
      throw Failure(
        .creation, file: part, cause: "cannot be made: \(SystemError.last)",
        hint: "name a folder that you may write to: --out DIR")
    }
    guard Files.entries(of: named)?.isEmpty == true else {
      throw Failure(
        .creation, file: named, cause: "is not empty", hint: "name a new folder with --out")
    }
  }

  deinit { if isTemporary { try? FileManager.default.removeItem(atPath: path) } }
}
