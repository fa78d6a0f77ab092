import CHostMath
import Randomness

extension Graph {
  /// The rows of the batch that the clock points at, out of a table that stays on the device.
  ///
  /// - Parameters:
  ///   - columns: one or two ranges of the table's columns, each of which becomes a value.
  ///   - shuffles: in the order of the epoch's permutation; otherwise as they lie.
  package mutating func gather(
    _ table: Value, columns: [Range<Int>], rows: Int, clock: Value, shuffles: Bool
  ) -> [Value] {
    precondition(columns.count == 1 || columns.count == 2, "\(columns.count) parts of a row")
    let slices = columns.map { table.columns($0) }
    let outputs = columns.map { makeValue(Shape(rows, $0.count)) }
    append(Gather(slices: slices, clock: clock, shuffles: shuffles, results: outputs))
    return outputs
  }
}

struct Gather: Primitive {
  let slices: [Slice]
  let clock: Value
  let shuffles: Bool
  let results: [Value]

  var table: Value { slices[0].value }
  /// The columns of the second result; none where there is one.
  private var second: Range<Int> { slices.count == 2 ? slices[1].columns : 0..<0 }
}

extension Gather: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let clock = Clock(words: tile.words(clock))
    let count = min(clock.rowCount, UInt32(table.shape.rows))
    let shuffle = ShuffleKey(
      seed: clock.seed, epoch: clock.epoch, count: count, isIdentity: !shuffles)
    let source = tile.whole(table).start, width = table.shape.columns
    func find(_ r: Int) -> UnsafeMutablePointer<E> {
      let index = min(clock.batch * clock.batchRows + UInt32(r), count - 1)
      let row = source + Int(shuffle(index)) * width
      hm_prefetch(row, width * MemoryLayout<E>.stride)
      return row
    }
    // Rows of a shuffled table come from anywhere in memory: some are always on their way.
    var coming = InlineArray<8, _>(repeating: source)
    for r in tile.items.prefix(coming.count) { coming[r % coming.count] = find(r) }
    for r in tile.items {
      let row = coming[r % coming.count]
      for (slice, result) in zip(slices, results) {
        let out = tile[result].start + (r - tile.items.lowerBound) * slice.columns.count
        out.update(from: row + slice.columns.lowerBound, count: slice.columns.count)
      }
      let next = r + coming.count
      if next < tile.items.upperBound { coming[next % coming.count] = find(next) }
    }
  }
}

extension Gather: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "gather",
      [
        "table": .whole(table), "table_rows": .int(table.shape.rows),
        "table_columns": .int(table.shape.columns), "clock": .whole(clock),
        "shuffles": .flag(shuffles), "stream": .int(Int(RandomStream.shuffle.rawValue)),
        "first": .result(results[0]), "first_start": .int(slices[0].columns.lowerBound),
        "first_width": .int(slices[0].columns.count),
        "second": .result(results[results.count - 1]), "second_start": .int(second.lowerBound),
        "second_width": .int(second.count),
      ])
  }
}
