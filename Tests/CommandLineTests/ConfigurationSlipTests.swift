import Configuration
import Text
import Models
import TestSupport
import Testing
import Training

/// A slip of one letter in a key never leaves anybody without the right one.
@Suite(.inReleaseBuilds) struct ConfigurationSlipTests {
  private static let table = RunConfiguration.table

  @Test("every key mistyped by one letter", arguments: ModelKind.allCases)
  func keys(_ kind: ModelKind) throws {
    let own = Self.table.table(of: RunConfiguration(kind))
    for name in own.keys.map(\.name) {
      for slip in slips(of: name) where Self.table.keys.allSatisfy({ $0.name != slip }) {
        let error = try #require(throws: ConfigurationError.self, "\(slip)") {
          try Self.table.resolve(
            assignments: [Assignment("model.kind", kind.choiceName), Assignment(slip, "1")])
        }
        if error.hint == "did you mean '\(name)'?" { continue }
        // optimizer.lx may be optimizer.l1 as well as optimizer.l2.
        let near = own.keys.map(\.name).filter { Suggestion.distance($0, slip) == 1 }
        #expect(near.contains { error.hint.contains("'\($0)'") }, "\(slip): \(error.hint)")
      }
    }
  }

  /// A letter of the last part too few, wrong, or too many, at every place.
  private func slips(of name: String) -> [String] {
    let last = name.split(separator: ".").last ?? ""
    return last.indices.flatMap { place -> [String] in
      let front = String(name[..<place])
      let rest = String(name[name.index(after: place)...])
      return [front + rest, "\(front)q\(rest)", "\(front)\(name[place])q\(rest)"]
    }
  }
}
