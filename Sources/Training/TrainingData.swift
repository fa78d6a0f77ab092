package import Datasets

/// Rows in the model's coordinates: the targets and then the conditions of each.
package struct TrainingData: Sendable {
  package let targets, conditions: Int
  /// rows×(targets + conditions)
  package let training, validation: [Float]

  package init(targets: Int, conditions: Int, training: [Float], validation: [Float]) {
    let width = targets + conditions
    precondition(training.count % width == 0 && validation.count % width == 0)
    (self.targets, self.conditions) = (targets, conditions)
    (self.training, self.validation) = (training, validation)
  }

  /// What a preparation made of the two parts.
  package init(
    _ training: consuming PreparedRows, validation: consuming PreparedRows, targets: Int,
    conditions: Int
  ) {
    self.init(
      targets: targets, conditions: conditions,
      training: Self.joined(training, targets, conditions),
      validation: Self.joined(validation, targets, conditions))
  }

  package var width: Int { targets + conditions }
  package var trainingRows: Int { training.count / width }
  package var validationRows: Int { validation.count / width }

  /// Targets and then conditions of each row.
  static func joined(_ rows: PreparedRows, _ x: Int, _ c: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows.count * (x + c)) { buffer, count in
      for row in 0..<rows.count {
        let start = row * (x + c)
        for k in 0..<x { buffer[start + k] = rows.targets[row * x + k] }
        for k in 0..<c { buffer[start + x + k] = rows.conditions[row * c + k] }
      }
      count = rows.count * (x + c)
    }
  }
}
