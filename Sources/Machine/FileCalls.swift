import Glibc

/// The calls that fail when a disk is full or broken, or when a file system lacks what they need.
///
/// Tests put calls that fail in their place; nothing else should. Each sets `errno` as the system's.
package struct FileCalls: Sendable {
  package var write: @Sendable (Int32, UnsafeRawPointer, Int) -> Int = { Glibc.write($0, $1, $2) }
  package var fsync: @Sendable (Int32) -> Int32 = { Glibc.fsync($0) }
  package var close: @Sendable (Int32) -> Int32 = { Glibc.close($0) }
  package var rename: @Sendable (String, String) -> Int32 = { Glibc.rename($0, $1) }

  package var lock: @Sendable (Int32, Int32) -> Int32 = { flock($0, $1) }
  package var link: @Sendable (String, String) -> Int32 = { Glibc.link($0, $1) }

  package init() {}

  /// Those of the task that runs.
  @TaskLocal package static var current = FileCalls()
}
