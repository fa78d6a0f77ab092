package import Text

extension KindTable {
  /// A JSON schema of configurations, for editors: every key of every kind.
  package var schema: JSON {
    guard case .object(let members) = Self.schema(of: keys, below: "") else { return .null }
    return .object(
      [JSON.Member("$schema", .string("https://json-schema.org/draft/2020-12/schema"))] + members)
  }

  /// The keys whose names begin with `prefix`; groups become objects.
  private static func schema(of keys: [Key<Config>], below prefix: String) -> JSON {
    var properties: [JSON.Member] = []
    for key in keys where key.name.hasPrefix(prefix) {
      let rest = key.name.dropFirst(prefix.count)
      let name = String(rest.prefix { $0 != "." })
      if properties.contains(where: { $0.key == name }) { continue }
      let value =
        name.count < rest.count
        ? schema(of: keys, below: prefix + name + ".")
        : key.schema.adding("description", .string(key.about))
      properties.append(JSON.Member(name, value))
    }
    return .members([
      "type": .string("object"), "properties": .object(properties),
      "additionalProperties": .bool(false),
    ])
  }
}
