import Foundation

/// Texts that tests compare with, in files beside them; `make snapshots` records all of them.
package enum Snapshot {
  /// What `IMPLODE_RECORD_SNAPSHOTS` asks to record; nil where tests only compare.
  package static let wanted = ProcessInfo.processInfo.environment["IMPLODE_RECORD_SNAPSHOTS"]

  /// The text on record, which is `text` itself while texts are recorded.
  ///
  /// - Parameter path: relative to the folder of the test.
  package static func recorded(
    _ text: String, _ path: String, beside test: String = #filePath
  ) throws -> String {
    let file = URL(filePath: test).deletingLastPathComponent().appending(path: path)
    if wanted != nil { try text.write(to: file, atomically: true, encoding: .utf8) }
    return try String(contentsOf: file, encoding: .utf8)
  }
}
