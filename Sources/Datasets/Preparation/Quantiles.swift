import Machine

extension RowSource {
  /// Quantiles of every column, exact for values rounded to `Float`, with linear interpolation
  /// between neighbors.
  package func quantiles(_ parts: [Double], threads: Int) -> [[Double]] {
    let (rows, width) = (rows, columns.count)
    // Column after column, so that each can be sorted in place.
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows * width)
    defer { values.deallocate() }
    nonisolated(unsafe) let shared = values
    _ = ParallelParts.run(self.parts, threads: threads) { part in
      forEachRow(of: part) { number, row in
        for c in 0..<width { shared[c * rows + number] = Float(row[c]) }
      }
    }
    return ParallelParts.run(width, threads: threads) { c in
      var column = UnsafeMutableBufferPointer(rebasing: shared[c * rows..<(c + 1) * rows])
      column.sort()
      return parts.map { Quantile.of(column, $0) }
    }
  }
}

/// Quantiles of sorted values.
package enum Quantile {
  /// The value at `part·(n − 1)`, linearly between two neighbors.
  package static func of<Values: RandomAccessCollection>(_ sorted: Values, _ part: Double) -> Double
  where Values.Element: BinaryFloatingPoint, Values.Index == Int {
    guard let last = sorted.last else { return .nan }
    let place = part * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return Double(last) }
    let a = Double(sorted[sorted.startIndex + below])
    return a + (place - Double(below)) * (Double(sorted[sorted.startIndex + below + 1]) - a)
  }
}
