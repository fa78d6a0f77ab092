extension JSON5Reader {
  /// Reads the members of `{ … }`.
  mutating func object(depth: Int) throws(ConfigurationError) -> [Node.Member] {
    var members: [Node.Member] = []
    var places: [String: Position] = [:]
    cursor.advance()
    while true {
      try skipSpace()
      if cursor.skip("}") { return members }
      let place = cursor.position
      let name = try key()
      names.append(name)
      if let first = places.updateValue(place, forKey: name) {
        throw fault(
          "'\(Excerpt.path(names))' is there twice, first at \(first)", hint: "remove one of them",
          at: place)
      }
      try expectColon(behind: name)
      try skipSpace()
      let node = try value(depth: depth + 1)
      names.removeLast()
      members.append(Node.Member(name: name, position: place, node: node))
      try skipSpace()
      if cursor.skip(",") { continue }
      if cursor.skip("}") { return members }
      throw fault(
        "',' or '}' is missing before \(shownNext)", hint: "commas separate the keys of a group")
    }
  }

  private mutating func expectColon(behind name: String) throws(ConfigurationError) {
    try skipSpace()
    if cursor.skip(":") { return }
    let hint =
      switch cursor.current {
      case ".": "a group has braces: write \(Excerpt.of(name)): { … }"
      case "-": "keys are written like learningRate; other names need quotes"
      default: "write \(Excerpt.of(name)): and the value"
      }
    throw fault("':' is missing after '\(Excerpt.of(name))', before \(shownNext)", hint: hint)
  }

  private mutating func key() throws(ConfigurationError) -> String {
    if cursor.current == "\"" || cursor.current == "'" { return try text() }
    var name = ""
    while let next = cursor.current {
      if next == "\\" {
        let place = cursor.position
        cursor.advance()
        guard cursor.skip("u") else {
          throw fault(
            "'\\' in a key without quotes", hint: "put the key in quotes", at: place)
        }
        let scalar = try escapedScalar(at: place)
        guard name.isEmpty ? scalar.startsName : scalar.continuesName else {
          throw fault(
            "'\(Excerpt.character(scalar))' cannot be in a key without quotes",
            hint: "put the key in quotes", at: place)
        }
        name.unicodeScalars.append(scalar)
      } else if name.isEmpty ? next.startsName : next.continuesName {
        name.unicodeScalars.append(next)
        cursor.advance()
      } else {
        break
      }
    }
    if name.isEmpty {
      throw fault(
        "a key is missing before \(shownNext)",
        hint: cursor.current == nil ? "close the braces with }" : "write a key, as in epochs: 100")
    }
    return name
  }
}
