import Machine

extension Coordinates {
  /// A, width × count, row after row, and b: what a graph needs to compute in the frame from the
  /// model's coordinates.
  package var expansion: (matrix: [Double], offset: [Double]) {
    var matrix = [Double](repeating: 0, count: width * count)
    var offset = [Double](repeating: 0, count: width)
    for c in independent.indices { offset[independent[c]] = scaler.shift[c] }
    for k in kept.indices { matrix[kept[k].column * count + k] = kept[k].scale }
    guard let closure else { return (matrix, offset) }
    for i in closure.weights.indices where i != closure.atom {
      let share = closure.weights[i] / closure.weights[closure.atom]
      for axis in 0..<3 {
        let (to, from) = (3 * closure.atom + axis, 3 * i + axis)
        offset[to] -= share * offset[from]
        for k in 0..<count { matrix[to * count + k] -= share * matrix[from * count + k] }
      }
    }
    return (matrix, offset)
  }

  /// Many rows of the frame as the model has them.
  package func encode(_ rows: [Float], threads: Int = 1) -> [Float] {
    change(rows, from: width, to: count, threads) { source, target in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { row in
        for k in 0..<width { row[k] = Double(source[k]) }
        encode(row, into: target)
      }
    }
  }

  /// Many rows of the model as the frame has them.
  package func decode(_ rows: [Float], threads: Int = 1) -> [Float] {
    change(rows, from: count, to: width, threads) { source, target in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { row in
        decode(source, into: row)
        for k in 0..<width { target[k] = Float(row[k]) }
      }
    }
  }

  private func change(
    _ rows: [Float], from old: Int, to new: Int, _ threads: Int,
    _ body: @Sendable (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    let count = rows.count / old
    precondition(rows.count == count * old, "\(rows.count) numbers in rows of \(old)")
    return [Float](unsafeUninitializedCapacity: count * new) { target, made in
      nonisolated(unsafe) let target = target
      let part = RowSource.part
      rows.withUnsafeBufferPointer { rows in
        nonisolated(unsafe) let rows = rows
        _ = ParallelParts.run((count + part - 1) / part, threads: threads) { number in
          for row in number * part..<min(count, (number + 1) * part) {
            body(
              UnsafeBufferPointer(rebasing: rows[row * old..<(row + 1) * old]),
              UnsafeMutableBufferPointer(rebasing: target[row * new..<(row + 1) * new]))
          }
        }
      }
      made = count * new
    }
  }
}
