import Engine
import Glibc
import Randomness
import Testing

@Suite struct WorkerPoolTests {
  @Test("every slot is computed once, and none after the round", arguments: [1, 2, 3, 9])
  func everySlotOnce(threads: Int) {
    let pool = WorkerPool(threads: threads)
    defer { pool.stop() }
    let random = Philox(seed: UInt64(threads))
    var rounds: [CountedSlots] = []
    for round in 0..<2000 {
      let numbers = random(SIMD4(UInt32(round), 0, 0, 0))
      let work = CountedSlots(count: 1 + Int(numbers[0] % 40), threads: threads, seed: numbers[1])
      rounds.append(work)
      // Who is not called, or late, may find the next round.
      let lost = pool.run(work, slots: work.count, threads: 1 + Int(numbers[2]) % threads)
      work.close()
      #expect(lost >= 0 && lost < 60, "round \(round): \(lost) seconds lost")
      // Now and then long enough for threads to fall asleep.
      if numbers[3] % 16 == 0 { usleep(100) }
    }
    let wrong = rounds.enumerated().filter { $1.isWrong }.map(\.offset)
    #expect(wrong.isEmpty, "\(wrong.count) wrong rounds, the first: \(wrong.prefix(5))")
  }

  @Test("a pool that was never used stops")
  func stopsUnused() { WorkerPool(threads: 4).stop() }
}

/// Slots of random length that are counted in memory without locks.
private final class CountedSlots: SlotWork {
  let count: Int
  private let random: Philox
  /// 1 while a slot is computed, 2 when it has been.
  private let progress: UnsafeMutableBufferPointer<Int>
  /// Of each thread: whether it computes a slot, and the calls that should not have been.
  private let busy, refused: UnsafeMutableBufferPointer<Int>
  private var isOpen = true
  private var isComplete = false

  init(count: Int, threads: Int, seed: UInt32) {
    (self.count, random) = (count, Philox(seed: UInt64(seed)))
    progress = .allocate(capacity: count)
    busy = .allocate(capacity: threads)
    refused = .allocate(capacity: threads)
    for buffer in [progress, busy, refused] { buffer.initialize(repeating: 0) }
  }

  deinit {
    for buffer in [progress, busy, refused] { buffer.deallocate() }
  }

  func perform(slot: Int, worker: Int) {
    guard isOpen, progress.indices.contains(slot), busy[worker] == 0 else {
      refused[worker] += 1
      return
    }
    busy[worker] += 1
    progress[slot] += 1
    var numbers = random(SIMD4(UInt32(slot), 0, 0, 0))
    // Some slots last long enough for the others to fall asleep.
    if numbers[0] % 256 == 0 { usleep(200) }
    for _ in 0..<numbers[1] % 16 { numbers = random(numbers) }
    progress[slot] += numbers == .zero ? 2 : 1
    busy[worker] -= 1
  }

  /// The round is over.
  func close() {
    isOpen = false
    isComplete = progress.allSatisfy { $0 == 2 }
  }

  var isWrong: Bool { !isComplete || refused.contains { $0 > 0 } }
}
