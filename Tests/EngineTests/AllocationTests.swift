import AllocationCounter
import Checks
import Engine
import TestSupport
import Testing

@Suite(.serialized) struct AllocationTests {
  static let networks: [Network] = [
    .layers([9, 256, 512, 1024, 9], batch: 256),
    .flow(couplings: 3, hidden: [32, 32], batch: 100),
  ]

  // Without optimization Swift boxes what it later keeps in registers.
  @Test(
    "a step allocates no memory", .inReleaseBuilds, arguments: [1, 2],
    networks.indices)
  func stepAllocatesNothing(threads: Int, index: Int) throws {
    let network = Self.networks[index]
    let program = CPUDevice<Float>(threads: threads).program(network.graph)
    try network.fill(program)
    for _ in 0..<3 { program.run() }
    // Tests beside this one allocate too; a step that does so itself does it every time.
    let fewest = Self.fewestAllocations(tries: 100) { program.run() }
    #expect(fewest == 0, "\(network.name), \(threads) threads: \(fewest) allocations a step")
  }

  @Test("the counter counts")
  func counterCounts() {
    var kept: [[Int]] = []
    #expect(Self.fewestAllocations(tries: 100) { kept.append([kept.count]) } > 0)
  }

  private static func fewestAllocations(tries: Int, _ work: () -> Void) -> Int {
    var fewest = Int.max
    for _ in 0..<tries where fewest > 0 {
      let before = allocation_count()
      work()
      fewest = min(fewest, allocation_count() - before)
    }
    return fewest
  }
}
