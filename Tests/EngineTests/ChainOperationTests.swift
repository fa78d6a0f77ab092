import Checks
import Foundation
import KernelSources
import Testing

@testable import Engine

/// What primitives declare of their operations, beside the kernels that read it.
@Suite struct ChainOperationTests {
  static let kernels = KernelSource.ofLanes.map(\.text).joined()

  @Test(
    "every operation has a unique name and a kernel function", arguments: ChainOperation.Kind.all)
  func function(_ kind: ChainOperation.Kind) {
    #expect(ChainOperation.Kind.all.filter { $0.name == kind.name }.count == 1)
    #expect(
      Self.kernels.contains("chain_\(kind.name))(CHAIN_ARGUMENTS)")
        || Self.kernels.contains("chain_\(kind.name)_lanes4(CHAIN_ARGUMENTS)"))
  }

  @Test("every declared operand is read", arguments: ChainOperation.Kind.all)
  func operands(_ kind: ChainOperation.Kind) {
    for constant in kind.form.constants {
      #expect(["(\(constant.name)", "[\(constant.name)]"].contains { Self.kernels.contains($0) })
    }
    let words = kind.form.constants.map(\.word)
    #expect(words.first == 1 && zip(words, words.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// That each is declared is what compilers see to.
  @Test("no operand is read by its number")
  func numbers() {
    #expect(Self.kernels.firstMatch(of: /\bo\[[1-9]/) == nil)
  }

  @Test("the rows of the table use every operation")
  func coverage() {
    var made: Set<String> = []
    for row in PrimitiveCase.all {
      for step in Fixture(row).graph.steps {
        for operation in step.chained(on: .plain)?.operations ?? [] {
          made.insert(operation.kind.name)
        }
      }
    }
    #expect(made.union(["import", "export"]) == Set(ChainOperation.Kind.all.map(\.name)))
  }
}
