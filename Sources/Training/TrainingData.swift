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

  package init(_ training: consuming PreparedRows, validation: consuming PreparedRows) {
    self.init(
      targets: training.targetCount, conditions: training.conditionCount,
      training: training.values, validation: validation.values)
  }

  package var width: Int { targets + conditions }
  package var trainingRows: Int { training.count / width }
  package var validationRows: Int { validation.count / width }
}
