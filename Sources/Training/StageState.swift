import Engine
import Models

/// The complete state of training a stage, for bit-identical continuation.
package struct StageState: Hashable, Sendable {
  /// Epochs that are done, and the words of the clock, which knows the batch within the next.
  package var epoch = 0
  package var clock: [UInt32] = []
  package var parameters: [Float] = []
  package var firstMoments: [Float] = []
  package var secondMoments: [Float] = []
  package var average: [Float] = []
  package var control: [Float] = []
  package var epochSums: [Float] = []
  package var stopping = EarlyStopping()
  /// The parameters of the best epoch, as predictions use them.
  package var best: [Float] = []
  /// The epochs whose checkpoints are kept.
  package var kept = KeptEpochs()
  /// Factor of the learning rate from plateaus and setbacks.
  package var rateFactor = 1.0
  /// Epochs since the loss improved or the plateau lowered the rate.
  package var plateau = 0
  package var setbacks = 0

  package init() {}

  /// Whether all values are finite.
  var isFinite: Bool {
    [parameters, firstMoments, secondMoments, average, best].allSatisfy { numbers in
      numbers.allSatisfy(\.isFinite)
    }
  }
}

extension StageProgram {
  /// Reads the state from the device.
  func save(into state: inout StageState) throws {
    let program = training.program
    state.clock = try program.readWords(training.clock)
    // Empty if there is none.
    state.average = []
    for (numbers, value) in residents { state[keyPath: numbers] = try program.read(value) }
  }

  /// Writes a state to the device; the sizes must be this model's.
  func restore(_ state: StageState) throws {
    let program = training.program
    try program.writeWords(state.clock, to: training.clock)
    for (numbers, value) in residents { try program.write(state[keyPath: numbers], to: value) }
  }

  /// Values on the device that are part of the state.
  private var residents: [(WritableKeyPath<StageState, [Float]>, Value)] {
    [
      (\.parameters, block.parameters), (\.firstMoments, optimizer.firstMoments),
      (\.secondMoments, optimizer.secondMoments), (\.control, optimizer.control),
      (\.epochSums, training.objective.epochSums),
    ] + (optimizer.average.map { [(\.average, $0)] } ?? [])
  }
}
