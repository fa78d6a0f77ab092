/// A model that cannot be written in another format: why, and what to do.
package struct ExportError: Error, Hashable {
  package let message: String
  package let hint: String
}
