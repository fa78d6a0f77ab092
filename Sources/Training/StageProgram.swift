import Engine
import Models

/// One model with its data on one device: the training step, and the validation pass beside it.
final class StageProgram {
  let model: any TrainingStage
  let settings: TrainingSettings
  let training: LossProgram
  let validation: LossProgram
  let optimizer: OptimizerState
  let block: ParameterBlock

  init(
    _ plan: StagePlan, data: TrainingData, device: any Device
  ) throws {
    (model, settings) = (plan.model, plan.settings)
    training = try LossProgram(plan.training, on: device)
    validation = try LossProgram(plan.validation, on: device, sharing: training)
    guard let update = plan.training.update else {
      preconditionFailure("a training step without an optimizer")
    }
    (optimizer, block) = (update.optimizer, update.block)
    try training.program.write(data.training, to: training.table)
    try validation.program.write(data.validation, to: validation.table)
  }

  /// Initializes all parameters and the clock.
  func initialize(seed: UInt64) throws {
    for (value, elements) in training.graph.initialParameters(seed: seed) {
      try training.program.write(elements, to: value)
    }
    if let average = optimizer.average {
      try training.program.write(training.program.read(block.parameters), to: average)
    }
    let clock = Clock(seed: seed, rowCount: training.rows, batchRows: training.batch)
    try training.program.writeWords(clock.words, to: training.clock)
  }

  /// Weights of the terms and rates of the steps, which an epoch does not change.
  func prepare(epoch: Int, rateFactor: Double) throws {
    try training.program.write(
      model.terms.map { $0.weight(inEpoch: epoch) }, to: training.objective.weights)
    // The validation loss must keep its meaning, because early stopping compares it.
    try validation.program.write(model.terms.map(\.weight), to: validation.objective.weights)
    try training.program.write(
      settings.learningRate.rates(
        epoch: epoch, of: settings.epochs, steps: training.steps, factor: rateFactor),
      to: optimizer.learningRates)
  }

  func clock() throws -> Clock {
    Clock(words: try training.program.readWords(training.clock))
  }

  /// Steps of an epoch that are done; after the last one the clock is in the next.
  func stepsDone(inEpoch epoch: Int) throws -> Int {
    let clock = try clock()
    return Int(clock.epoch) > epoch ? training.steps : Int(clock.batch)
  }

  /// The losses of the validation rows, with noise that is the same in every epoch.
  func validate() throws -> EpochSums {
    let current = try useAverage()
    let clock = Clock(
      seed: settings.seed ^ Self.validationSeed, rowCount: validation.rows,
      batchRows: validation.batch)
    try validation.program.writeWords(clock.words, to: validation.clock)
    for _ in 0..<validation.steps { try validation.program.run() }
    let sums = try validation.takeSums().covering(rows: validation.rows)
    if let current { try training.program.write(current, to: block.parameters) }
    return sums
  }

  private static let validationSeed: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The parameters used for predictions: the moving average, if there is one.
  func predictionParameters() throws -> [Float] {
    try training.program.read(optimizer.average ?? block.parameters)
  }

  /// Puts the average in place of the parameters; returns those, if there is an average.
  private func useAverage() throws -> [Float]? {
    guard let average = optimizer.average else { return nil }
    let current = try training.program.read(block.parameters)
    try training.program.write(training.program.read(average), to: block.parameters)
    return current
  }

  /// Parameters by name, from the flat block.
  func named(_ flat: [Float]) -> [NamedArray] {
    training.graph.parameters.map { parameter in
      let view = training.graph.home(of: parameter.value)
      let shape = parameter.value.shape
      return NamedArray(
        name: parameter.name, shape: [shape.rows, shape.columns],
        elements: Array(flat[view.offset..<view.offset + shape.count]))
    }
  }
}

/// A matrix by its name.
package struct NamedArray: Hashable, Sendable {
  package let name: String
  package let shape: [Int]
  package let elements: [Float]

  package init(name: String, shape: [Int], elements: [Float]) {
    (self.name, self.shape, self.elements) = (name, shape, elements)
  }
}
