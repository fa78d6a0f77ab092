/// A parsed configuration file, whose keys have not been checked yet.
package struct ConfigurationFile: Sendable {
  /// The path that messages show.
  package let path: String
  package let root: Node
  /// Keys that the file may have although the table that reads it does not have them.
  var spareKeys: Set<String> = []

  /// - Parameter bytes: the text of the file, in JSON5.
  package init(_ bytes: [UInt8], path: String) throws(ConfigurationError) {
    self.path = path
    root = try JSON5Reader.read(bytes, path: path)
  }

  package init(contentsOf path: String) throws(ConfigurationError) {
    try self.init(try SourceText.read(path), path: path)
  }

  /// The value of a key such as `model.kind`; nil if the file does not have the key.
  subscript(_ name: String) -> Node? {
    name.split(separator: ".").reduce(root) { node, part in
      guard case .object(let members)? = node?.value else { return nil }
      return members.first { $0.name == part }?.node
    }
  }
}
