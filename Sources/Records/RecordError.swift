/// A file of records that cannot be read or written.
package struct RecordError: Error, Hashable {
  /// One line: which file, where in it, what is wrong.
  package let message: String
  /// One line: what to do about it.
  package let hint: String

  package init(_ message: String, hint: String) {
    (self.message, self.hint) = (message, hint)
  }
}
