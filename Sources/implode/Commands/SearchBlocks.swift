import Datasets
import Physics

/// The events of a table, some at a time: little enough that there is news now and then.
struct SearchBlocks: Sequence {
  struct Block: Sendable {
    let momenta, starts: [Double]
    /// nil where all events have the molecule's.
    let charges: [Double]?
  }

  private let values: [Double]
  private let tableWidth, events, count, step: Int
  private let momenta: [Int]
  private let charges: [Int]?
  private let starts: [Double]

  /// Starts of a block for each thread.
  private static let starts = 4096

  init(
    _ table: Table<Double>, _ molecule: Molecule, starts: [Double], count: Int, threads: Int
  ) {
    (events, tableWidth, self.starts, self.count) = (table.rows, table.width, starts, count)
    values = Array(table.values.prefix(table.rows * table.width))
    momenta = table.indices(of: molecule.momentumColumns) ?? []
    charges = table.indices(of: molecule.chargeColumns)
    step = Swift.max(1, Self.starts * threads / count)
  }

  /// Blocks, each with the number of events before it.
  func makeIterator() -> some IteratorProtocol<(Block, Int)> {
    stride(from: 0, to: events, by: step).lazy.map { first in
      let range = first..<Swift.min(events, first + step)
      let width = count * momenta.count
      return (
        Block(
          momenta: cut(momenta, range),
          starts: Array(starts[range.lowerBound * width..<range.upperBound * width]),
          charges: charges.map { cut($0, range) }), first
      )
    }.makeIterator()
  }

  private func cut(_ columns: [Int], _ rows: Range<Int>) -> [Double] {
    rows.flatMap { row in columns.map { values[row * tableWidth + $0] } }
  }
}
