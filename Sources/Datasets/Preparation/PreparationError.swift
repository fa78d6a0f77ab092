/// Data that cannot be prepared as asked: what, with which value, and what to do.
package struct PreparationError: Error, Hashable, CustomStringConvertible {
  package let message: String
  package let hint: String

  package init(_ message: String, hint: String) { (self.message, self.hint) = (message, hint) }

  package var description: String { "error: \(message)\nhint: \(hint)" }
}
