/// A search: trials with a value each, which is to become small or large.
package struct Study: Hashable, Sendable {
  package let id: Int
  package let name: String
  /// One for each value of a trial; Implode has but one.
  package let directions: [Direction]
  package internal(set) var trials: [Trial] = []

  package enum Direction: Int, Sendable {
    case unknown, minimize, maximize
  }

  /// The complete trials, the one with the smallest value first.
  package var ranked: [Trial] {
    trials.filter { $0.state == .complete && $0.value?.isNaN == false }
      .sorted { ($0.value ?? .infinity, $0.number) < ($1.value ?? .infinity, $1.number) }
  }
}

/// One evaluation of one choice of parameters.
package struct Trial: Hashable, Sendable {
  /// Counted over all studies of a journal.
  package let id: Int
  /// Counted within the study.
  package let number: Int
  package var state: State
  package var parameters: [String: Parameter] = [:]
  /// Values on the way, by step.
  package var reports: [Int: Double] = [:]
  package var values: [Double]?
  package var notes: [String: JournalValue] = [:]
  package var systemNotes: [String: JournalValue] = [:]
  /// As the journal has them.
  package var started: String?
  package var completed: String?

  package enum State: Int, Sendable {
    case running, complete, pruned, failed, waiting

    package var isFinished: Bool { self != .running && self != .waiting }
  }

  /// A value, with what it could have been.
  package struct Parameter: Hashable, Sendable {
    /// The value itself, or the index of a choice.
    package let number: Double
    package let distribution: Distribution

    package init(_ number: Double, _ distribution: Distribution) {
      (self.number, self.distribution) = (number, distribution)
    }

    package var value: JournalValue { distribution.value(of: number) ?? .null }
  }

  package init(id: Int, number: Int, state: State) {
    (self.id, self.number, self.state) = (id, number, state)
  }

  package var value: Double? { values?.first }
  package var lastStep: Int? { reports.keys.max() }
}
