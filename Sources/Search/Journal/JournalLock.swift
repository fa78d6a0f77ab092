import Glibc
import Machine
import Text

/// The lock of a journal as Optuna has it: a symbolic link `FILE.lock`, which works on NFS, too.
///
/// A process that is killed leaves its lock behind. Whoever has waited for as long as the grace,
/// without the lock or the journal having changed, removes it.
struct JournalLock {
  private let file: String
  private let path: String
  private let grace: Duration

  init(_ file: String, grace: Duration) {
    (self.file, path, self.grace) = (file, file + ".lock", grace)
  }

  func acquire() throws(Failure) {
    var seen: Identity?
    var since = ContinuousClock.now
    var pause: UInt32 = 1000
    // The target is the journal, seen from the folder of the link, so that Optuna, which follows it
    // for the time of the last change, finds one.
    while symlink(file.lastPathPart, path) != 0 {
      guard errno == EEXIST else {
        throw Failure(
          .creation, file: path, cause: "cannot be made: \(SystemError.last)",
          hint: "name a journal in a folder that you may write to: --storage FILE")
      }
      guard let now = Identity(lock: path, journal: file) else { continue }
      if now != seen { (seen, since) = (now, .now) }
      if ContinuousClock.now - since > grace {
        remove(ifStill: now)
        (seen, pause) = (nil, 1000)
        continue
      }
      usleep(pause)
      pause = min(2 * pause, 200_000)
    }
  }

  func release() { remove(ifStill: nil) }

  /// Takes the link away in one step, and then removes it; one that is not `stale` is put back.
  private func remove(ifStill stale: Identity?) {
    let away = path + String(UInt64.random(in: .min ... .max), radix: 16) + ".rename"
    guard rename(path, away) == 0 else { return }
    if let stale, let taken = Identity(lock: away, journal: file), taken.lock != stale.lock {
      _ = link(away, path)
    }
    unlink(away)
  }

  /// What changes when somebody else takes the lock or writes.
  private struct Identity: Hashable {
    let lock: [Int]
    let journal: [Int]

    init?(lock path: String, journal: String) {
      var (link, file) = (stat(), stat())
      guard lstat(path, &link) == 0 else { return nil }
      lock = [Int(bitPattern: UInt(link.st_ino)), link.st_mtim.tv_sec, link.st_mtim.tv_nsec]
      let isThere = stat(journal, &file) == 0
      self.journal = isThere ? [Int(file.st_size), file.st_mtim.tv_sec, file.st_mtim.tv_nsec] : []
    }
  }
}
