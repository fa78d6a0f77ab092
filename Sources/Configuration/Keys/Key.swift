import Text

/// One setting, with the same name in files, on command lines and in documents.
package struct Key<Config: Sendable>: Sendable {
  /// The name, such as `optimizer.learningRate`. A dot separates a group from its keys.
  package let name: String
  /// The environment variable that sets it.
  package let variable: String
  /// The meaning in one line, without a period.
  package let about: String
  /// The type of its values, as in "a whole number".
  package let noun: String
  /// The JSON schema of its values.
  let schema: JSON
  /// The value that a configuration has for the key, as JSON.
  package let literal: @Sendable (Config) -> String
  /// Checks that involve other keys, too.
  fileprivate(set) var rules: [@Sendable (Config) -> String?] = []
  private let isText: Bool
  private let assign: @Sendable (inout Config, Node) throws(Mismatch) -> Void

  /// - Parameter check: what is wrong with a value, as in "must be above 0".
  package init<V: ConfigurationValue>(
    _ name: String, _ path: any WritableKeyPath<Config, V> & Sendable,
    check: (@Sendable (V) -> String?)? = nil, _ about: String
  ) {
    precondition(Self.isName(name), "'\(name)' is not written like optimizer.learningRate")
    (self.name, variable, self.about) = (name, Self.variable(of: name), about)
    (noun, isText) = (V.noun, V.isText)
    schema = Self.schema(of: V.self, check)
    literal = { $0[keyPath: path].literal }
    assign = { (config, node) throws(Mismatch) in
      let value = try V(node)
      if let fault = check?(value) {
        throw Mismatch(
          what: "\(node.shown) \(fault)", hint: "\(name) is \(about)", position: node.position)
      }
      config[keyPath: path] = value
    }
  }

  /// Makes a key of a part of a configuration a key of the whole configuration.
  package init<Part: Sendable>(
    _ key: Key<Part>, get: @escaping @Sendable (Config) -> Part,
    set: @escaping @Sendable (inout Config, Part) -> Void
  ) {
    (name, variable, about) = (key.name, key.variable, key.about)
    (noun, schema, isText) = (key.noun, key.schema, key.isText)
    literal = { key.literal(get($0)) }
    rules = key.rules.map { rule in { rule(get($0)) } }
    assign = { (config, node) throws(Mismatch) in
      var part = get(config)
      try key.set(&part, to: node)
      set(&config, part)
    }
  }

  /// The schema of a type, with the least number that the check allows.
  private static func schema<V: ConfigurationValue>(
    of: V.Type, _ check: (@Sendable (V) -> String?)?
  ) -> JSON {
    if let check = check as? @Sendable (Int) -> String?, check(-1) != nil,
      let least = (0...10).first(where: { check($0) == nil })
    {
      return V.schema.adding("minimum", .integer(least))
    }
    if let check = check as? @Sendable (Double) -> String?, check(-1) != nil, check(0.5) == nil {
      return V.schema.adding(check(0) == nil ? "minimum" : "exclusiveMinimum", .integer(0))
    }
    return V.schema
  }

  /// A key that checks a value as this one does, but does not change the configuration.
  var checking: Key { Key(self, get: { $0 }, set: { _, _ in }) }

  /// Sets the key to the value of `node`.
  func set(_ config: inout Config, to node: Node) throws(Mismatch) { try assign(&config, node) }

  /// Sets the key to a value from a command line or the environment, where texts have no quotes.
  func set(_ config: inout Config, to text: String) throws(Mismatch) {
    let bare = Node(value: .text(text), position: .start, isBare: true)
    guard let node = try? JSON5Reader.read(Array(text.utf8), path: "") else {
      return try set(&config, to: Self.list(of: text) ?? bare)
    }
    do { try set(&config, to: node) } catch {
      // A key that takes texts also takes 007 and true.
      guard isText, node.isWord else { throw error }
      try set(&config, to: bare)
    }
  }

  /// `[energies, angles]`: a list of words, to which a shell leaves no quotes.
  private static func list(of text: String) -> Node? {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    let words = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmed }
    guard words.allSatisfy({ $0.first?.isLetter == true && $0.allSatisfy(Self.isOfWord) }) else {
      return nil
    }
    return Node(
      value: .array(words.map { Node(value: .text(String($0)), position: .start, isBare: true) }),
      position: .start, isBare: false)
  }

  private static func isOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_-.".contains(character)
  }

  private static func isName(_ name: String) -> Bool {
    name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      part.first?.isLowercase == true
        && part.utf8.allSatisfy { Unicode.Scalar($0).isASCII && Unicode.Scalar($0).continuesName }
    }
  }

  private static func variable(of name: String) -> String {
    name.reduce("IMPLODE_") { variable, character in
      switch character {
      case ".": variable + "_"
      case let letter where letter.isUppercase: variable + "_\(letter)"
      default: variable + character.uppercased()
      }
    }
  }
}

extension Node {
  /// Whether the value is a number or a word such as `true`, which could also be a text.
  var isWord: Bool {
    switch value {
    case .text, .object, .array: false
    default: true
    }
  }
}

extension Array {
  /// Makes keys of a part of a configuration keys of the whole configuration.
  package func within<Part, Whole>(
    _ path: any WritableKeyPath<Whole, Part> & Sendable
  ) -> [Key<Whole>] where Element == Key<Part> {
    map { key in Key(key, get: { $0[keyPath: path] }, set: { $0[keyPath: path] = $1 }) }
  }

  /// Adds a check that involves other keys to the key that the error names.
  ///
  /// - Parameter fault: what is wrong, as in "must be less than model.blocks".
  package func ruled<Config>(
    _ name: String, by fault: @escaping @Sendable (Config) -> String?
  ) -> [Key<Config>] where Element == Key<Config> {
    guard let place = firstIndex(where: { $0.name == name }) else {
      preconditionFailure("a rule without its key '\(name)'")
    }
    var keys = self
    keys[place].rules.append(fault)
    return keys
  }
}

extension Substring {
  /// Without blanks at both ends.
  fileprivate var trimmed: Substring {
    var part = self
    while part.first?.isWhitespace == true { part.removeFirst() }
    while part.last?.isWhitespace == true { part.removeLast() }
    return part
  }
}
