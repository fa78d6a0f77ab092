/// The epochs of a stage with the lowest validation losses, whose checkpoints are kept.
package struct KeptEpochs: Hashable, Sendable {
  /// The lowest loss first; of equal ones the earlier epoch.
  package private(set) var entries: [Entry] = []

  package struct Entry: Hashable, Sendable {
    /// Counted over all stages.
    package let epoch: Int
    package let loss: Double
    /// As predictions use them; empty where only the file of the epoch has them.
    package var parameters: [Float] = []
  }

  package init() {}

  /// Whether an epoch with this loss would be among the `most` best.
  func takes(_ loss: Double, most: Int) -> Bool {
    guard loss.isFinite, most > 0 else { return false }
    return entries.count < most || loss < entries[most - 1].loss
  }

  mutating func add(_ entry: Entry, most: Int) {
    entries.insert(entry, at: entries.firstIndex { entry.loss < $0.loss } ?? entries.count)
    trim(to: most)
  }

  mutating func trim(to most: Int) { entries = Array(entries.prefix(most)) }
}

extension KeptEpochs {
  /// Epoch and loss of each, as a checkpoint has them: the parameters are in files of their own.
  var numbers: [Double] { entries.flatMap { [Double($0.epoch), $0.loss] } }

  /// Reads what `numbers` were.
  ///
  /// - Parameters:
  ///   - epoch: the one whose parameters the checkpoint has, because it is the best.
  ///   - best: those parameters.
  init(numbers: [Double], epoch: Int, best: [Float]) {
    entries = stride(from: 0, to: numbers.count - 1, by: 2).map { index in
      let number = Int(exactly: numbers[index]) ?? 0
      return Entry(
        epoch: number, loss: numbers[index + 1], parameters: number == epoch ? best : [])
    }
  }
}
