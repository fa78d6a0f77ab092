/// A configuration file that was read, but of which nothing is known yet.
package struct ConfigurationFile: Sendable {
  /// For messages.
  package let path: String
  package let root: Node

  /// - Parameter bytes: the text of the file, in JSON5.
  package init(_ bytes: [UInt8], path: String) throws(ConfigurationError) {
    self.path = path
    root = try JSON5Reader.read(bytes, path: path)
  }

  package init(contentsOf path: String) throws(ConfigurationError) {
    try self.init(try SourceText.read(path), path: path)
  }
}
