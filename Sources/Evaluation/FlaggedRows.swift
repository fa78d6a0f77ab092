package import Datasets

/// Rows whose predictions may mean little, counted by reason, with the numbers of the first.
package struct FlaggedRows: Sendable, Hashable {
  package struct Group: Sendable, Hashable {
    package var rows = 0
    /// Of these rows; samples of a row count one by one.
    package var predictions = 0
    /// The first rows, counted from 1.
    package var first: [Int] = []
  }

  /// Rows so far.
  package private(set) var rows = 0
  private var groups: [Int: Group] = [:]

  package static let mostNamed = 5

  package init() {}

  package subscript(flag: RowFlags) -> Group { groups[flag.rawValue] ?? Group() }

  package var isEmpty: Bool { groups.isEmpty }

  /// - Parameters:
  ///   - numbers: of these rows, counted from 1.
  ///   - predictions: of each row that have a flag of a prediction.
  package mutating func add(
    _ flags: [RowFlags], numbers: (Int) -> Int, predictions: (Int, RowFlags) -> Int = { _, _ in 1 }
  ) {
    rows += flags.count
    for (row, own) in flags.enumerated() where !own.isEmpty {
      for flag in RowFlags.all where own.contains(flag) {
        var group = self[flag]
        group.rows += 1
        group.predictions += predictions(row, flag)
        if group.first.count < Self.mostNamed { group.first.append(numbers(row)) }
        groups[flag.rawValue] = group
      }
    }
  }
}
