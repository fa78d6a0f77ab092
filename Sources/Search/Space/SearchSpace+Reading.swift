package import Configuration
import Text

extension SearchSpace {
  /// - Parameter check: throws where a configuration does not accept an assignment; is given those
  ///   that it depends on, too.
  package init(
    _ file: ConfigurationFile,
    check: (_ base: String, [Assignment]) throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    self.init()
    let reader = SpaceReader(path: file.path)
    let members = try reader.members(of: file.root, "a search space: write { search: { … } }")
    for member in members {
      switch member.name {
      case "base": base = try reader.text(member.node, "the name of a configuration")
      case "study": study = try reader.text(member.node, "the name of a study")
      case "sampler": sampler = try reader.choice(member)
      case "pruner": pruner = try reader.choice(member)
      case "seed": seed = try reader.seed(member.node)
      case "set", "search": break
      default:
        throw reader.fault(
          "unknown key '\(member.name)'", at: member.position,
          hint: Suggestion.hint(for: member.name, among: Self.keys)
            ?? "there are \(Self.keys.joined(separator: ", "))")
      }
    }
    if let named = members.first(where: { $0.name == "base" }) {
      try reader.at(named.node.position) { () throws(ConfigurationError) in try check(base, []) }
    }
    if let set = members.first(where: { $0.name == "set" }) {
      for (assignment, position) in try reader.settings(set.node, of: "") {
        try reader.at(position) { () throws(ConfigurationError) in try check(base, [assignment]) }
        settings.append(assignment)
      }
    }
    guard let search = members.first(where: { $0.name == "search" }) else {
      throw reader.fault(
        "there is no 'search'", at: file.root.position,
        hint: "write search: { \"optimizer.learningRate\": { logUniform: [1e-4, 1e-2] } }")
    }
    for member in try reader.members(of: search.node, "the keys that are searched") {
      let parameter = try reader.parameter(member, behind: parameters)
      try probe(parameter, member, reader, check)
      parameters.append(parameter)
    }
    if parameters.isEmpty {
      throw reader.fault(
        "'search' has no keys", at: search.node.position,
        hint: "write \"optimizer.learningRate\": { logUniform: [1e-4, 1e-2] }")
    }
  }

  private static let keys = ["base", "set", "search", "sampler", "pruner", "seed", "study"]

  /// Sees whether the configuration has the key, and takes what it may become.
  private func probe(
    _ parameter: SearchParameter, _ member: Node.Member, _ reader: SpaceReader,
    _ check: (_ base: String, [Assignment]) throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    if settings.contains(where: { $0.name == parameter.name }) {
      throw reader.fault(
        "'\(parameter.name)' is in 'set', too", at: member.position, hint: "remove one of them")
    }
    var context: [Assignment] = []
    for condition in parameter.conditions {
      guard let parent = parameters.first(where: { $0.name == condition.name }),
        let number = condition.numbers.first
      else { continue }
      context.append(parent.assignment(number))
    }
    for number in parameter.probes {
      let assignments = settings + context + [parameter.assignment(number)]
      try reader.at(member.position) { () throws(ConfigurationError) in
        try check(base, assignments)
      }
    }
  }
}
