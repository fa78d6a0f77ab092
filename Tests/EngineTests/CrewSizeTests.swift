import Engine
import Testing

@Suite struct CrewSizeTests {
  /// A machine: what a run takes and loses on so many threads.
  private typealias Machine = @Sendable (Int) -> (seconds: Double, lost: Double)

  private static let quiet: Machine = { (0.001 / Double($0), 0) }
  /// Two threads wait for each other.
  private static let busy: Machine = { $0 == 1 ? (0.002, 0) : (0.010, 0.009) }

  /// The seconds of so many runs.
  private func run(_ crew: inout CrewSize, _ count: Int, on machine: Machine) -> Double {
    (0..<count).reduce(0) { sum, _ in
      let (seconds, lost) = machine(crew.threads)
      crew.record(seconds: seconds, lost: lost)
      return sum + seconds
    }
  }

  @Test("all threads are used while they lose nothing", arguments: [1, 2, 64])
  func quietMachine(most: Int) {
    var crew = CrewSize(most: most)
    let ideal = 0.001 / Double(most) * 10_000
    #expect(abs(run(&crew, 10_000, on: Self.quiet) - ideal) < 1e-9 * ideal)
    #expect(crew.threads == most)
  }

  @Test("a machine that is busy for long is hardly slower than on one thread")
  func busyMachine() {
    var crew = CrewSize(most: 2)
    let spent = run(&crew, 100_000, on: Self.busy)
    #expect(spent < 1.03 * 200 && spent > 200, "\(spent) s instead of 200 s on one thread")
  }

  @Test("threads that lose much, and are worth it, are kept")
  func lossyButFaster() {
    var crew = CrewSize(most: 2)
    let spent = run(&crew, 100_000) { $0 == 1 ? (0.002, 0) : (0.0015, 0.0003) }
    #expect(spent < 1.03 * 150 && spent > 150, "\(spent) s instead of 150 s on two threads")
  }

  @Test("the threads return within seconds after the other work has ended")
  func recovers() {
    var crew = CrewSize(most: 2)
    _ = run(&crew, 100_000, on: Self.busy)
    // Ten seconds on one thread at the most.
    _ = run(&crew, 10_000, on: Self.quiet)
    #expect(crew.threads == 2)
  }

  @Test("of many threads only those are given up whose cores are taken")
  func manyThreads() {
    // Of 16 cores 4 are taken: more than 12 threads wait for one another.
    let machine: Machine = {
      $0 <= 12 ? (0.012 / Double($0), 0) : (0.005, 0.004)
    }
    var crew = CrewSize(most: 16)
    _ = run(&crew, 2000, on: machine)
    let spent = run(&crew, 100_000, on: machine)
    #expect(crew.threads == 12)
    #expect(spent < 1.1 * 100, "\(spent) s instead of 100 s on twelve threads")
  }
}
