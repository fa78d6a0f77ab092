import Testing
import Training

@Suite struct StepTimesTests {
  /// The range and the steps made on a machine where steps from `start` on, in seconds, take so long.
  private func measure(
    firstStep: Double = 0.001, _ seconds: (_ start: Double, _ steps: Int) -> Double
  ) -> (range: ClosedRange<Double>, steps: Int, spent: Double) {
    var times = StepTimes(firstStep: firstStep)
    var steps = 0
    var spent = 0.0
    while true {
      steps += times.steps
      let block = seconds(spent, times.steps)
      spent += block
      times.append(seconds: block)
      if times.isSettled, let range = times.range { return (range, steps, spent) }
    }
  }

  @Test("on a quiet machine two short blocks are enough")
  func quietMachine() {
    let (range, steps, spent) = measure { _, steps in 0.001 * Double(steps) }
    #expect(abs(range.lowerBound - 0.001) < 1e-9 && abs(range.upperBound - 0.001) < 1e-9)
    #expect(steps == 30 && spent < 0.031)
  }

  @Test("a first step that waited for a core does not decide")
  func slowFirstStep() {
    let (range, _, _) = measure(firstStep: 0.1) { _, steps in 0.001 * Double(steps) }
    #expect(abs(range.upperBound - 0.001) < 1e-9)
  }

  @Test("steps that wait now and then are measured until the mean is known")
  func interruptedSteps() {
    // 4 ms of work, then 6 ms of waiting: a step takes 2.5 ms.
    let (range, _, spent) = measure { start, steps in
      var end = start
      for _ in 0..<steps {
        end += 0.001
        if end.truncatingRemainder(dividingBy: 0.01) > 0.004 {
          end = (end * 100).rounded(.up) / 100
        }
      }
      return end - start
    }
    #expect(range.lowerBound > 0.002 && range.upperBound < 0.003, "\(range)")
    #expect(spent < 3)
  }

  @Test("a load that comes and goes gives a range")
  func changingLoad() {
    var blocks = 0
    let (range, _, spent) = measure { _, steps in
      blocks += 1
      return Double(steps) * (blocks % 2 == 0 ? 0.001 : 0.05)
    }
    #expect(range.lowerBound < 0.0011 && range.upperBound > 0.049, "\(range)")
    #expect(spent > 1)
  }

  @Test("slow steps are made one at a time, twice")
  func slowSteps() {
    let (_, steps, _) = measure(firstStep: 3) { _, steps in 3 * Double(steps) }
    #expect(steps == 2)
  }
}
