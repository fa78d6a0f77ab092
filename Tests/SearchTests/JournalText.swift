@testable import Search

/// JSON through the reader and the writer of journals.
enum JournalText {
  /// Nil for what is no JSON.
  static func line(of text: String) -> String? { JournalParser.read(text.utf8)?.line() }
}
