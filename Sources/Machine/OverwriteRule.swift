import CMachine
import Glibc
package import Text

/// What a command may overwrite: what it has written before and nobody has changed since; with
/// `--force` also other files, but never its inputs and what is protected.
///
/// A file is marked by the extended attribute `user.implode`, which has the name of the command and
/// the file's size, time of change and number: a copy or a changed file is not taken for the
/// command's own. For file systems without attributes, such as NFS before version 4.2, the mark is
/// kept in the user's cache, under the number of the file.
package struct OverwriteRule: Sendable {
  /// The name of the command.
  private let command: String
  private let isForced: Bool
  /// Paths of files that the command reads.
  private let inputs: [String]
  /// Why nothing may be written under a name; nil for most names.
  private let protection: @Sendable (String) -> String?

  package init(
    _ command: String, isForced: Bool, inputs: [String] = [],
    protection: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    (self.command, self.isForced) = (command, isForced)
    (self.inputs, self.protection) = (inputs, protection)
  }

  /// Throws if a file must not be written under the name `path`.
  package func check(_ path: String) throws(Failure) {
    if path == "-" { return }
    var (entry, status) = (stat(), stat())
    let isThere = stat(path, &status) == 0
    if isThere && status.st_mode & S_IFMT != S_IFREG { return }
    if let reason = protection(path) {
      throw Failure(.creation, file: path, cause: reason, hint: "write to another file: --out FILE")
    }
    guard isThere else {
      guard lstat(path, &entry) == 0 else { return }
      throw Failure(
        .creation, file: path, cause: "is a link to a file that does not exist",
        hint: "remove the link, or write to another file")
    }
    if let input = inputs.first(where: { Files.areSame($0, path) }) {
      throw Failure(
        .creation, file: path,
        cause: "is an input of this command" + (input == path ? "" : ", as '\(input)'"),
        hint: "write to another file: --out FILE")
    }
    // Nothing is lost with an empty file, such as that of `mktemp`.
    if isForced || status.st_size == 0 { return }
    if let cause = strangeness(path, status) {
      throw Failure(
        .creation, file: path, cause: cause,
        hint: "--force overwrites it; or write to another file")
    }
  }

  /// Marks a complete file as one of the command's own.
  package func mark(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, !machine_set_mark(path, text(status)), errno == ENOTSUP,
      let folder = Self.cache
    else { return }
    Files.makeFolder(folder, mode: 0o700)
    Files.replace("\(folder)/\(status.st_ino)", with: Array(text(status).utf8))
  }

  /// The folder of marks of file systems without attributes; nil where there is no cache.
  private static let cache = Cache.folder("written")

  /// The mark of a file; `errno` says why there is none.
  private static func mark(of path: String, _ status: stat) -> String? {
    if let mark = Files.mark(of: path) { return mark }
    guard errno == ENOTSUP, let cache else { return nil }
    defer { errno = ENOTSUP }
    return (try? Files.read("\(cache)/\(status.st_ino)", most: 4096)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private func text(_ status: stat) -> String {
    "\(command) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
      + "\(status.st_ino)"
  }

  /// Why a file is not one that the command has written; nil if it is.
  private func strangeness(_ path: String, _ status: stat) -> String? {
    guard let found = Self.mark(of: path, status) else {
      return errno == ENOTSUP && Self.cache == nil
        ? "exists, and its file system does not tell whether `implode \(command)` wrote it"
        : "exists, and was not written by `implode \(command)`"
    }
    if found == text(status) { return nil }
    return found.hasPrefix(command + " ")
      ? "exists, and is not as `implode \(command)` left it"
      : "exists, and was not written by `implode \(command)`"
  }
}
