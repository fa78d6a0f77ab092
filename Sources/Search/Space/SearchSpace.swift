package import Configuration

/// What a search may change, and how it chooses.
package struct SearchSpace: Sendable {
  /// A shipped configuration, or a file.
  package internal(set) var base = "default"
  /// What all trials have.
  package internal(set) var settings: [Assignment] = []
  package internal(set) var parameters: [SearchParameter] = []
  package internal(set) var sampler = SamplerName.tpe
  package internal(set) var pruner = PrunerName.median
  package internal(set) var seed: UInt64 = 1
  /// The name of the study, where it has one.
  package internal(set) var study: String?

  package enum SamplerName: String, CaseIterable, Sendable {
    case tpe, random, halton

    package func sampler(seed: UInt64) -> any Sampler {
      switch self {
      case .tpe: TreeParzenSampler(seed: seed)
      case .random: RandomSampler(seed: seed)
      case .halton: HaltonSampler(seed: seed)
      }
    }
  }

  package enum PrunerName: String, CaseIterable, Sendable {
    case median, halving, none

    package var pruner: (any Pruner)? {
      switch self {
      case .median: MedianPruner()
      case .halving: HalvingPruner()
      case .none: nil
      }
    }
  }

  /// A value for each parameter whose conditions hold.
  ///
  /// - Parameters:
  ///   - trials: the others of the study.
  ///   - fixed: values that somebody has asked for, by name.
  package func sample(
    trial number: Int, among trials: [Trial], fixed: [String: JournalValue] = [:]
  ) -> [(parameter: SearchParameter, number: Double)] {
    let sampler = sampler.sampler(seed: seed)
    var found: [String: Double] = [:]
    for parameter in parameters {
      found[parameter.name] = fixed[parameter.name].flatMap(parameter.distribution.number(of:))
    }
    let free = parameters.filter {
      $0.conditions.isEmpty && found[$0.name] == nil && !$0.distribution.isSingle
    }
    for (parameter, number) in zip(free, sampler.sample(free, trial: number, among: trials)) {
      found[parameter.name] = number
    }
    var result: [(parameter: SearchParameter, number: Double)] = []
    for parameter in parameters {
      let holds = parameter.conditions.allSatisfy { condition in
        result.contains {
          $0.parameter.name == condition.name && condition.numbers.contains($0.number)
        }
      }
      guard holds else { continue }
      let value =
        found[parameter.name]
        ?? sampler.sample([parameter], trial: number, among: trials).first
      if let value { result.append((parameter, value)) }
    }
    return result
  }

  /// What a trial changes in the base; nil for values that this space does not have.
  package func assignments(of parameters: [String: Trial.Parameter]) -> [Assignment]? {
    var changes = settings
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      guard let parameter = self.parameters.first(where: { $0.name == name }),
        let number = parameter.distribution.number(of: value.value)
      else { return nil }
      changes.append(parameter.assignment(number))
    }
    return changes
  }
}
