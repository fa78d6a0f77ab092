import Checks
import Foundation
import KernelSources
import Testing

@testable import Engine

/// What primitives call in chains, beside the functions that there are.
@Suite struct ChainOperationTests {
  /// The names of each function's parameters.
  static let functions: [String: [String]] = {
    let text = KernelSource.chains.map(\.text).joined()
    let macro = text.firstMatch(of: /#define MIXTURE_OPERANDS([^#]*)/)?.1 ?? ""
    var functions: [String: [String]] = [:]
    for match in text.matches(of: /static inline void (\w+)\(((?:standing|MIXTURE)[^)]*)\) \{/) {
      let parameters = match.2 == "MIXTURE_OPERANDS" ? macro : match.2
      functions[String(match.1)] = parameters.split(separator: ",").compactMap { parameter in
        parameter.matches(of: /\w+/).last.map { String($0.output) }
      }
    }
    return functions
  }()

  /// Those that the rows of the table use, on GPUs and on processors.
  static let used: Set<ChainOperation> = {
    var used: Set<ChainOperation> = []
    for row in PrimitiveCase.all {
      for step in Fixture(row).graph.steps {
        for shape in [ChainShape.processor, .gpu(rows: 4, localReals: 12288)] {
          used.formUnion(step.chained(shape)?.operations ?? [])
        }
      }
    }
    return used
  }()

  @Test("operands are the function's parameters, in their order")
  func operands() throws {
    #expect(Self.used.count > 50)
    for operation in Self.used {
      let parameters = try #require(Self.functions[operation.name], "\(operation.name)")
      #expect(["at"] + operation.operands.flatMap(\.parameters) == parameters.map(Self.plain))
    }
  }

  @Test("the rows of the table use every operation")
  func coverage() {
    #expect(Set(Self.used.map(\.name)).union(["load", "store"]) == Set(Self.functions.keys))
  }

  /// What says whether to add to an operand may have the operand's name in it.
  private static func plain(_ parameter: String) -> String {
    parameter.hasPrefix("adds") ? "adds" : parameter
  }
}

extension ChainOperation.Named {
  /// The names of what it is printed as.
  fileprivate var parameters: [String] {
    switch operand {
    case .rows(_, let use, let isOptional):
      [name] + (isOptional ? ["has_\(name)"] : []) + (use == .contributes ? ["adds"] : [])
    case .optionalScratch: [name, "has_\(name)"]
    case .term: ["clock", "weights", "term", "out"]
    default: [name]
    }
  }
}
