import Configuration
import Text

/// Reads the parts of a search space.
struct SpaceReader {
  let path: String

  func fault(_ what: String, at position: Position, hint: String) -> ConfigurationError {
    ConfigurationError("\(path):\(position): \(what)", hint: hint)
  }

  /// Does `body`, whose error gets the place in this file in front.
  func at(
    _ position: Position, _ body: () throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    do { try body() } catch {
      throw ConfigurationError(
        "\(path):\(position): \(error.message)", hint: error.hint, code: error.code)
    }
  }

  func members(of node: Node, _ noun: String) throws(ConfigurationError) -> [Node.Member] {
    guard case .object(let members) = node.value else {
      throw fault("\(node.shown) is not \(noun)", at: node.position, hint: "write { … }")
    }
    return members
  }

  func text(_ node: Node, _ noun: String) throws(ConfigurationError) -> String {
    guard case .text(let text) = node.value, !text.isEmpty else {
      throw fault("\(node.shown) is not \(noun)", at: node.position, hint: "write a text in quotes")
    }
    return text
  }

  func choice<C: CaseIterable & RawRepresentable<String>>(
    _ member: Node.Member
  ) throws(ConfigurationError) -> C {
    let names = C.allCases.map(\.rawValue)
    guard case .text(let text) = member.node.value, let choice = C(rawValue: text) else {
      throw fault(
        "\(member.name): \(member.node.shown) is not one of \(names.joined(separator: ", "))",
        at: member.node.position, hint: "write \(member.name): \"\(names[0])\"")
    }
    return choice
  }

  func seed(_ node: Node) throws(ConfigurationError) -> UInt64 {
    guard case .integer(let whole) = node.value, let seed = UInt64(exactly: whole) else {
      throw fault(
        "seed: \(node.shown) is not a whole number from 0 to 2^64 - 1", at: node.position,
        hint: "write seed: 1")
    }
    return seed
  }

  /// The keys of `set`, in groups or with dots.
  func settings(
    _ node: Node, of group: String
  ) throws(ConfigurationError) -> [(Assignment, Position)] {
    var found: [(Assignment, Position)] = []
    for member in try members(of: node, "a group of keys") {
      let name = group.isEmpty ? member.name : "\(group).\(member.name)"
      if case .object = member.node.value {
        found += try settings(member.node, of: name)
      } else {
        found.append((Assignment(name, member.node.text), member.position))
      }
    }
    return found
  }

  private static let kinds = ["uniform", "logUniform", "integer", "choice"]

  /// - Parameter earlier: the parameters before it, on which it may depend.
  func parameter(
    _ member: Node.Member, behind earlier: [SearchParameter]
  ) throws(ConfigurationError) -> SearchParameter {
    let parts = try members(of: member.node, "what a searched key may be")
    for part in parts where !(Self.kinds + ["step", "log", "when"]).contains(part.name) {
      throw fault(
        "\(member.name): unknown word '\(part.name)'", at: part.position,
        hint: Suggestion.hint(for: part.name, among: Self.kinds + ["step", "log", "when"])
          ?? "write the whole name of the key in quotes, and one of "
          + Self.kinds.joined(separator: ", "))
    }
    let kinds = parts.filter { Self.kinds.contains($0.name) }
    guard let kind = kinds.first, kinds.count == 1 else {
      throw fault(
        "\(member.name): has \(kinds.isEmpty ? "none" : "more than one") of "
          + Self.kinds.joined(separator: ", "),
        at: member.node.position, hint: "write { logUniform: [1e-4, 1e-2] }")
    }
    for part in parts where ["step", "log"].contains(part.name) && kind.name != "integer" {
      throw fault(
        "\(member.name): '\(part.name)' is only for integer", at: part.position,
        hint: part.name == "log" ? "write logUniform" : "omit it")
    }
    let (distribution, spellings) = try distribution(member.name, kind, parts)
    return SearchParameter(
      member.name, distribution, spellings: spellings, place: earlier.count,
      conditions: try parts.first { $0.name == "when" }.map { when throws(ConfigurationError) in
        try conditions(when, behind: earlier)
      } ?? [])
  }

  private func distribution(
    _ name: String, _ kind: Node.Member, _ parts: [Node.Member]
  ) throws(ConfigurationError) -> (Distribution, [String]) {
    guard case .array(let nodes) = kind.node.value, !nodes.isEmpty else {
      throw fault(
        "\(name): \(kind.node.shown) is no list", at: kind.node.position,
        hint: kind.name == "choice" ? "write [4, 8]" : "write [lowest, highest]")
    }
    if kind.name == "choice" {
      let values = nodes.map(\.journalValue)
      for (index, value) in values.enumerated()
      where values[..<index].contains(where: { $0.isSame(as: value) }) {
        throw fault(
          "\(name): \(nodes[index].shown) is there twice", at: nodes[index].position,
          hint: "remove one of them")
      }
      return (.choice(values), nodes.map(\.text))
    }
    let bounds = nodes.compactMap(\.double)
    guard bounds.count == 2, nodes.count == 2, bounds[0] <= bounds[1] else {
      throw fault(
        "\(name): \(kind.name) needs the lowest and the highest value", at: kind.node.position,
        hint: "write \(kind.name): [lowest, highest]")
    }
    if kind.name == "integer" { return (try integer(name, kind, bounds, parts), []) }
    if kind.name == "logUniform" && bounds[0] <= 0 {
      throw fault(
        "\(name): \(nodes[0].shown) has no logarithm", at: nodes[0].position,
        hint: "write a lowest value above 0, or uniform")
    }
    return (.float(low: bounds[0], high: bounds[1], isLog: kind.name == "logUniform"), [])
  }

  private func integer(
    _ name: String, _ kind: Node.Member, _ bounds: [Double], _ parts: [Node.Member]
  ) throws(ConfigurationError) -> Distribution {
    guard let low = Int(exactly: bounds[0]), let high = Int(exactly: bounds[1]) else {
      throw fault(
        "\(name): integer needs whole numbers", at: kind.node.position,
        hint: "write integer: [2, 8], or uniform")
    }
    var (step, isLog) = (1, false)
    if let part = parts.first(where: { $0.name == "step" }) {
      guard let whole = part.node.double.flatMap(Int.init(exactly:)), whole > 0 else {
        throw fault(
          "\(name): step: \(part.node.shown) is not a whole number above 0",
          at: part.node.position, hint: "write step: 2")
      }
      step = whole
    }
    if let part = parts.first(where: { $0.name == "log" }) {
      guard case .truth(let truth) = part.node.value else {
        throw fault(
          "\(name): log: \(part.node.shown) is not true or false", at: part.node.position,
          hint: "write log: true")
      }
      isLog = truth
    }
    guard !isLog || step == 1 && low > 0 else {
      throw fault(
        "\(name): log needs a lowest value of at least 1, and no step", at: kind.node.position,
        hint: "omit log or step")
    }
    return .integer(low: low, high: low + (high - low) / step * step, isLog: isLog, step: step)
  }

  /// Those of `when`, and those of the keys that are named there.
  private func conditions(
    _ when: Node.Member, behind earlier: [SearchParameter]
  ) throws(ConfigurationError) -> [SearchParameter.Condition] {
    var conditions: [SearchParameter.Condition] = []
    for member in try members(of: when.node, "a condition: write { \"model.kind\": \"flow\" }") {
      guard let parent = earlier.first(where: { $0.name == member.name }),
        case .choice(let choices) = parent.distribution
      else {
        throw fault(
          "when: '\(member.name)' is no choice that is searched before this key",
          at: member.position,
          hint: Suggestion.hint(for: member.name, among: earlier.map(\.name))
            ?? "write it above, as { choice: […] }")
      }
      var nodes = [member.node]
      if case .array(let list) = member.node.value, !choices.contains(member.node.journalValue) {
        nodes = list
      }
      var numbers: [Double] = []
      for node in nodes {
        guard let number = parent.distribution.number(of: node.journalValue) else {
          throw fault(
            "when: \(node.shown) is no choice of \(member.name)", at: node.position,
            hint: "it is searched among \(parent.spellings.joined(separator: ", "))")
        }
        numbers.append(number)
      }
      conditions += parent.conditions
      conditions.append(SearchParameter.Condition(name: member.name, numbers: numbers))
    }
    return conditions
  }
}

extension Node {
  fileprivate var double: Double? {
    switch value {
    case .integer(let whole): Double(whole)
    case .number(let number): number
    default: nil
    }
  }

  /// As a journal has a choice: a list is a text there, since Optuna has no lists.
  fileprivate var journalValue: JournalValue {
    switch value {
    case .null: .null
    case .truth(let truth): .truth(truth)
    case .integer(let whole): Int(exactly: whole).map { .integer($0) } ?? .number(Double(whole))
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    case .array, .object: .text(self.text)
    }
  }
}
