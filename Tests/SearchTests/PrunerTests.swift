import Search
import Testing

/// Which trials are ended early.
@Suite struct PrunerTests {
  private static func trial(
    _ id: Int, _ reports: [Double], _ state: Trial.State = .complete
  ) -> Trial {
    var trial = Trial(id: id, number: id, state: state)
    for (index, value) in reports.enumerated() { trial.reports[index + 1] = value }
    return trial
  }

  /// Five trials whose second reports are 1 … 5.
  private static let five = (1...5).map { trial($0, [10, Double($0), 0]) }

  @Test(
    "the median pruner compares the best report with the median of complete trials at the step",
    arguments: [
      ([10, 3], false), ([10, 3.1], true), ([2, 9], false), ([.nan, .nan], true),
      ([10, .nan], true), ([10, 4, 5, 6], false), ([], false),
    ] as [([Double], Bool)])
  func median(_ reports: [Double], expected: Bool) {
    let trial = Self.trial(9, reports, .running)
    #expect(MedianPruner().prunes(trial, among: Self.five + [trial]) == expected)
    // Of four complete trials nothing is said.
    let few = Self.five.dropLast() + [Self.trial(5, [1, 1], .pruned), trial]
    #expect(!MedianPruner().prunes(trial, among: Array(few)))
  }

  @Test("with an even number of trials the median is between the two in the middle")
  func even() {
    let six = Self.five + [Self.trial(6, [10, 6])]
    for (value, expected) in [(3.5, false), (3.6, true)] {
      let trial = Self.trial(9, [10, value], .running)
      #expect(MedianPruner().prunes(trial, among: six) == expected)
    }
  }

  @Test("halving keeps the best quarter at each rung, and decides nowhere else")
  func halving() {
    let pruner = HalvingPruner(leastSteps: 2)
    // Second reports 1 … 7: of eight trials two go on.
    let others = (1...7).map { Self.trial($0, [9, Double($0)], .pruned) }
    for (value, expected) in [(1.5, false), (2, false), (2.5, true), (.nan, true)] {
      #expect(pruner.prunes(Self.trial(9, [9, value], .running), among: others) == expected)
    }
    #expect(!pruner.prunes(Self.trial(9, [99], .running), among: others))
    #expect(!pruner.prunes(Self.trial(9, [9, 99, 99], .running), among: others))
    // The first at the next rung, 8, is the best there.
    let long = Self.trial(9, [9, 1, 9, 9, 9, 9, 9, 99], .running)
    #expect(!pruner.prunes(long, among: others))
    #expect(pruner.prunes(long, among: others + [Self.trial(8, Array(repeating: 1, count: 8))]))
  }

  @Test("halving begins when a trial is complete, at a hundredth of its steps")
  func automatic() {
    let trial = Self.trial(9, [5], .running)
    let rival = Self.trial(1, Array(repeating: 1, count: 50), .pruned)
    #expect(!HalvingPruner().prunes(trial, among: [rival, trial]))
    var complete = rival
    complete.state = .complete
    #expect(HalvingPruner().prunes(trial, among: [complete, trial]))
    let late = Self.trial(1, Array(repeating: 1, count: 300))
    #expect(!HalvingPruner().prunes(trial, among: [late, trial]))
  }
}
