/// What a parameter can be, as Optuna has it.
package enum Distribution: Hashable, Sendable {
  case float(low: Double, high: Double, isLog: Bool, step: Double? = nil)
  case integer(low: Int, high: Int, isLog: Bool, step: Int = 1)
  case choice([JournalValue])

  /// Whether there is but one value.
  package var isSingle: Bool {
    switch self {
    case .float(let low, let high, _, let step): low == high || step.map { high - low < $0 } == true
    case .integer(let low, let high, _, let step): high - low < step
    case .choice(let choices): choices.count == 1
    }
  }

  /// The value that a number of the journal stands for: of choices it is the index.
  package func value(of number: Double) -> JournalValue? {
    switch self {
    case .float: return .number(number)
    case .integer: return Int(exactly: number.rounded(.towardZero)).map { .integer($0) }
    case .choice(let choices):
      guard let index = Int(exactly: number.rounded(.towardZero)), choices.indices.contains(index)
      else { return nil }
      return choices[index]
    }
  }

  /// The number of the journal for a value; nil where it is none of this distribution.
  package func number(of value: JournalValue) -> Double? {
    switch self {
    case .float(let low, let high, _, _):
      return value.double.flatMap { (low...high).contains($0) ? $0 : nil }
    case .integer(let low, let high, _, let step):
      guard let whole = value.int, (low...high).contains(whole), (whole - low) % step == 0
      else { return nil }
      return Double(whole)
    case .choice(let choices):
      return choices.firstIndex { $0.isSame(as: value) }.map(Double.init)
    }
  }

  /// Whether one study may have both for one parameter: ranges may change, choices may not.
  package func isCompatible(with other: Distribution) -> Bool {
    switch (self, other) {
    case (.float(_, _, let a, _), .float(_, _, let b, _)): a == b
    case (.integer(_, _, let a, _), .integer(_, _, let b, _)): a == b
    case (.choice(let a), .choice(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    default: false
    }
  }

  /// As the journal has it: JSON, which is then a text in the JSON of a line.
  package var json: String {
    let (name, attributes): (String, JournalValue) =
      switch self {
      case .float(let low, let high, let isLog, let step):
        (
          "FloatDistribution",
          .members([
            "step": step.map { .number($0) } ?? .null, "low": .number(low), "high": .number(high),
            "log": .truth(isLog),
          ])
        )
      case .integer(let low, let high, let isLog, let step):
        (
          "IntDistribution",
          .members([
            "log": .truth(isLog), "step": .integer(step), "low": .integer(low),
            "high": .integer(high),
          ])
        )
      case .choice(let choices):
        ("CategoricalDistribution", .members(["choices": .array(choices)]))
      }
    return JournalValue.members(["name": .text(name), "attributes": attributes]).line(blanks: true)
  }

  /// Also with the names that earlier versions of Optuna have written; nil for any other text.
  package init?(json: String) {
    guard let value = JournalParser.read(json.utf8), let name = value["name"]?.string,
      let attributes = value["attributes"]
    else { return nil }
    if name == "CategoricalDistribution" {
      guard let choices = attributes["choices"]?.elements, !choices.isEmpty else { return nil }
      self = .choice(choices)
      return
    }
    let isLog = attributes["log"] == .truth(true) || name.contains("Log")
    guard let low = attributes["low"], let high = attributes["high"] else { return nil }
    switch name {
    case "FloatDistribution", "UniformDistribution", "LogUniformDistribution",
      "DiscreteUniformDistribution":
      guard let low = low.double, let high = high.double, low <= high else { return nil }
      self = .float(
        low: low, high: high, isLog: isLog, step: (attributes["step"] ?? attributes["q"])?.double)
    case "IntDistribution", "IntUniformDistribution", "IntLogUniformDistribution":
      let step = attributes["step"]?.int ?? 1
      guard let low = low.int, let high = high.int, low <= high, step > 0 else { return nil }
      self = .integer(low: low, high: high, isLog: isLog, step: step)
    default: return nil
    }
  }
}
