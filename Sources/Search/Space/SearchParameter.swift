import Configuration

/// A key of a configuration that is searched.
package struct SearchParameter: Hashable, Sendable {
  package let name: String
  package let distribution: Distribution
  /// How each choice is written in an assignment.
  let spellings: [String]
  /// Its place among all that are searched.
  package let place: Int
  /// All of these must hold for the key to be searched.
  let conditions: [Condition]

  /// Another key has one of some of its choices.
  struct Condition: Hashable, Sendable {
    let name: String
    let numbers: [Double]
  }

  package init(_ name: String, _ distribution: Distribution, place: Int) {
    (self.name, self.distribution, self.place) = (name, distribution, place)
    (spellings, conditions) = ([], [])
  }

  init(
    _ name: String, _ distribution: Distribution, spellings: [String], place: Int,
    conditions: [Condition]
  ) {
    (self.name, self.distribution, self.place) = (name, distribution, place)
    (self.spellings, self.conditions) = (spellings, conditions)
  }

  /// The value as it is given to a configuration.
  func assignment(_ number: Double) -> Assignment {
    let text =
      switch distribution {
      case .float: "\(number)"
      case .integer: "\(Int(number))"
      case .choice: spellings[Int(number)]
      }
    return Assignment(name, text)
  }

  /// Values at both ends, or all choices, each of which a configuration must accept.
  var probes: [Double] {
    switch distribution {
    case .float(let low, let high, _, _): [low, high]
    case .integer(let low, let high, _, _): [Double(low), Double(high)]
    case .choice(let choices): choices.indices.map(Double.init)
    }
  }
}
