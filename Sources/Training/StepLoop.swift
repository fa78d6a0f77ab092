package import Engine
import Machine

/// The training step of a stage, run repeatedly to measure its time.
package final class StepLoop {
  private let stage: StageProgram

  package init(_ plan: StagePlan, data: TrainingData, on device: any Device) throws {
    stage = try StageProgram(plan, data: data, device: device)
    try stage.initialize(seed: plan.settings.seed)
    try stage.prepare(epoch: 0, rateFactor: 1)
    // The first steps compile kernels and wake threads up.
    _ = try seconds(of: 2)
  }

  /// The time of so many steps, one after the other.
  package func seconds(of steps: Int) throws -> Double {
    let program = stage.training.program
    let clock = ContinuousClock.now
    for _ in 0..<steps { try program.run() }
    try program.synchronize()
    return (ContinuousClock.now - clock).seconds
  }

  /// The time of an epoch's steps: a range, which is wide where the machine has other work.
  package func secondsPerEpoch() throws -> ClosedRange<Double> {
    // Made already: the first step, in which memory is touched and kernels are loaded.
    var times = StepTimes(firstStep: try seconds(of: 1))
    while true {
      times.append(seconds: try seconds(of: times.steps))
      guard times.isSettled, let range = times.range else { continue }
      let count = Double(stage.training.steps)
      return range.lowerBound * count...range.upperBound * count
    }
  }

  /// Rows per second: the median of chunks of steps that take about so many seconds together.
  package func rate(seconds budget: Double) throws -> Double {
    let chunk = max(1, Int(budget / 9 / max(1e-6, try seconds(of: 1))))
    var rates: [Double] = []
    var spent = 0.0
    while rates.count < 3 || spent < budget {
      let time = try seconds(of: chunk)
      spent += time
      rates.append(Double(chunk * stage.training.batch) / time)
    }
    return rates.sorted()[rates.count / 2]
  }
}
