import CMachine

/// Files, and folders with nothing else in them, that a signal which ends the process removes.
package struct NotedFiles {
  private let entries: [Int32]

  package init(_ paths: [String]) { entries = paths.map { machine_note_file($0) } }

  /// From now on they stay.
  package func forget() { for entry in entries { machine_forget_file(entry) } }
}
