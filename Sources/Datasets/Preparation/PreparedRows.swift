/// Rows as a model has them, one after the other: the targets and then the conditions of each.
package struct PreparedRows: Sendable, Equatable {
  /// The number of targets in a row; 0 if only momenta were prepared.
  package let targetCount: Int
  package let conditionCount: Int
  /// rows×(targets + conditions)
  package let values: [Float]
  /// Rows whose momenta define no axes; their coordinates are finite but meaningless.
  package internal(set) var undefinedRows = 0
  /// Values far outside those of the training rows.
  package internal(set) var farValues = 0

  /// - Parameter values: All rows.
  package init(targets: Int, conditions: Int, values: [Float]) {
    precondition(values.count.isMultiple(of: targets + conditions), "values are no whole rows")
    (targetCount, conditionCount, self.values) = (targets, conditions, values)
  }

  package var width: Int { targetCount + conditionCount }
  package var count: Int { values.count / width }

  package var targets: [Float] { targets(of: 0..<count) }
  package var conditions: [Float] { conditions(of: 0..<count) }

  package func targets(of rows: Range<Int>) -> [Float] { columns(0..<targetCount, of: rows) }

  package func conditions(of rows: Range<Int>) -> [Float] {
    columns(targetCount..<width, of: rows)
  }

  private func columns(_ columns: Range<Int>, of rows: Range<Int>) -> [Float] {
    if columns.count == width, rows.count == count { return values }
    return [Float](unsafeUninitializedCapacity: rows.count * columns.count) { copy, made in
      for row in rows {
        for column in columns {
          copy.initializeElement(at: made, to: values[row * width + column])
          made += 1
        }
      }
    }
  }
}

/// The three parts of a data set.
package struct PreparedData: Sendable, Equatable {
  package let training: PreparedRows
  package let validation: PreparedRows
  package let test: PreparedRows
}
