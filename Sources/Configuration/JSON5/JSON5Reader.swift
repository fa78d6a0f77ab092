/// Reads JSON5 and refuses duplicate keys and numbers that are not finite or lose digits.
///
/// Foundation's decoder is not used, because its messages name neither position nor key, and
/// because it accepts duplicate keys and NaN.
struct JSON5Reader {
  var cursor: TextCursor
  let path: String
  /// The keys and indices that lead to the current value.
  var names: [String] = []

  private static let deepest = 64

  /// Reads a text that consists of one value.
  static func read(_ bytes: [UInt8], path: String) throws(ConfigurationError) -> Node {
    var reader = JSON5Reader(
      cursor: TextCursor(scalars: try SourceText.decode(bytes, path: path)), path: path)
    try reader.skipSpace()
    if reader.cursor.current == nil {
      throw reader.fault("there is no value", hint: "write {} to get all defaults")
    }
    let node = try reader.value(depth: 0)
    try reader.skipSpace()
    if reader.cursor.current != nil {
      throw reader.fault(
        "\(reader.shownNext) after the end", hint: "one pair of braces holds everything")
    }
    return node
  }

  func fault(_ what: String, hint: String, at place: Position? = nil) -> ConfigurationError {
    ConfigurationError("\(path):\(place ?? cursor.position): \(what)", hint: hint)
  }

  /// An error about a value. It names the key of the value.
  func valueFault(_ what: String, hint: String, at place: Position) -> ConfigurationError {
    let key = Excerpt.path(names)
    return fault(key.isEmpty ? what : "\(key): \(what)", hint: hint, at: place)
  }

  /// The next character, for messages.
  var shownNext: String {
    cursor.current.map { "'\(Excerpt.character($0))'" } ?? "the end of the file"
  }

  mutating func skipSpace() throws(ConfigurationError) {
    while let next = cursor.current {
      if next.isSpace {
        cursor.advance()
      } else if next == "/" && cursor.ahead(1) == "/" {
        while let character = cursor.current, !character.endsLine { cursor.advance() }
      } else if next == "/" && cursor.ahead(1) == "*" {
        try skipComment()
      } else if next == "#" {
        throw fault("'#' begins no comment", hint: "write // instead")
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(ConfigurationError) {
    let start = cursor.position
    cursor.advance()
    cursor.advance()
    while cursor.current != nil {
      if cursor.current == "*" && cursor.ahead(1) == "/" {
        cursor.advance()
        cursor.advance()
        return
      }
      cursor.advance()
    }
    throw fault("a comment without an end", hint: "close it with */", at: start)
  }

  mutating func value(depth: Int) throws(ConfigurationError) -> Node {
    let start = cursor.position
    if depth > Self.deepest {
      throw fault("more than \(Self.deepest) levels", hint: "no configuration needs so many")
    }
    switch cursor.current {
    case "{": return Node(value: .object(try object(depth: depth)), position: start)
    case "[": return Node(value: .array(try array(depth: depth)), position: start)
    case "\"", "'": return Node(value: .text(try text()), position: start)
    case let next? where next.startsName: return try word()
    case let next? where next.isDigit || "+-.".unicodeScalars.contains(next): return try number()
    default:
      throw valueFault(
        "a value is missing before \(shownNext)",
        hint: "write a number, a text in quotes, "
          + "true, false, null, [ or {", at: start)
    }
  }

  private mutating func word() throws(ConfigurationError) -> Node {
    let (start, index) = (cursor.position, cursor.index)
    while let next = cursor.current, next.continuesName { cursor.advance() }
    let word = cursor.text(from: index)
    switch word {
    case "true": return Node(value: .truth(true), position: start)
    case "false": return Node(value: .truth(false), position: start)
    case "null": return Node(value: .null, position: start)
    case "NaN", "Infinity": throw notFinite(word, at: start)
    default:
      throw valueFault(
        "'\(Excerpt.of(word))' is no value",
        hint: "a text needs quotes, and a switch is true or false", at: start)
    }
  }

  private mutating func array(depth: Int) throws(ConfigurationError) -> [Node] {
    var nodes: [Node] = []
    cursor.advance()
    while true {
      try skipSpace()
      if cursor.skip("]") { return nodes }
      names.append("[\(nodes.count)]")
      nodes.append(try value(depth: depth + 1))
      names.removeLast()
      try skipSpace()
      if cursor.skip(",") { continue }
      if cursor.skip("]") { return nodes }
      throw fault(
        "',' or ']' is missing before \(shownNext)", hint: "commas separate what is in a list")
    }
  }
}

extension Excerpt {
  /// The names joined, as in `a.b[2].c`.
  static func path(_ names: [String]) -> String {
    names.reduce("") { path, name in
      path + (path.isEmpty || name.hasPrefix("[") ? "" : ".") + of(name)
    }
  }
}
