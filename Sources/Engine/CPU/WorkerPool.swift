import CHostMath
import Glibc
import Machine
import Synchronization

/// Work that falls into independent numbered slots.
package protocol SlotWork: AnyObject {
  /// Computes slot `slot`; `worker` is the number of the thread that does.
  func perform(slot: Int, worker: Int)
}

/// Threads that live as long as the pool, wait briefly awake and then asleep, and take nothing
/// from the heap to start a round of work.
///
/// A round ends when all slots are computed. It does not wait for threads that have no slot: on a
/// busy machine the scheduler may have taken their cores away, and whoever runs computes the rest.
///
/// This is the only file that shares mutable state between threads. `work` and `slots` are written
/// by `run`, between rounds, and published by storing `left` (release). A thread reads them only
/// after it has taken a slot, which reads that store (acquire), through others that took slots if
/// need be. The round cannot end before the slot is reported in `unfinished` (release), whose last
/// value `run` reads (acquire); so it neither returns nor writes anew while a slot is computed.
/// Between rounds `left` is at most 0: a thread that wakes up late gets no slot, or one of a later
/// round, which it computes as well as any other.
package final class WorkerPool: @unchecked Sendable {
  package let threads: Int
  /// The number of rounds so far, times `mostThreads`, plus the threads that are called.
  private let call = Atomic<Int>(0)
  /// Slots that nobody has taken.
  private let left = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private var slots = 0
  private unowned(unsafe) var work: (any SlotWork)?
  private let caller = Sleeper()
  private var helpers: [Helper] = []

  private struct Helper {
    let handle: pthread_t
    let clock: clockid_t
    let sleeper: Sleeper
  }

  private static let mostThreads = 1 << 16

  /// - Parameter threads: all threads, the calling one included.
  package init(threads: Int) {
    self.threads = max(1, min(threads, Self.mostThreads - 1))
    for worker in 1..<self.threads { start(worker) }
  }

  /// Runs every slot once and returns when all are done.
  ///
  /// - Parameter threads: the most that take part, the calling one included.
  /// - Returns: the seconds that were lost by waiting for threads that did not run.
  @discardableResult
  package func run(_ work: any SlotWork, slots: Int, threads: Int = .max) -> Double {
    let crew = min(helpers.count + 1, slots, threads)
    guard crew > 1 else {
      for slot in 0..<slots { work.perform(slot: slot, worker: 0) }
      return 0
    }
    self.work = work
    self.slots = slots
    unfinished.store(slots, ordering: .relaxed)
    left.store(slots, ordering: .releasing)
    let round = call.load(ordering: .relaxed) / Self.mostThreads + 1
    call.store(round * Self.mostThreads + crew, ordering: .sequentiallyConsistent)
    for index in 0..<crew - 1 { helpers[index].sleeper.wake() }
    let begin = nanoseconds(CLOCK_MONOTONIC)
    let taken = takeSlots(worker: 0)
    if unfinished.load(ordering: .acquiring) == 0 { return 0 }
    let now = nanoseconds(CLOCK_MONOTONIC)
    return waitForOthers(crew, since: now, slotTime: (now - begin) / max(1, taken))
  }

  /// Ends the threads; the owner calls it before it lets go of the pool.
  package func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    call.add(Self.mostThreads, ordering: .sequentiallyConsistent)
    for helper in helpers { helper.sleeper.wake() }
    for helper in helpers { pthread_join(helper.handle, nil) }
    helpers = []
  }

  private func start(_ worker: Int) {
    let sleeper = Sleeper()
    // With fewer threads than asked for the pool is slower and just as right.
    guard let handle = Threads.start({ self.loop(worker: worker, sleeper) }) else { return }
    var clock = clockid_t()
    pthread_getcpuclockid(handle, &clock)
    helpers.append(Helper(handle: handle, clock: clock, sleeper: sleeper))
  }

  private func loop(worker: Int, _ sleeper: Sleeper) {
    var seen = 0
    while true {
      waitForCall(worker, after: &seen, sleeper)
      if stopping.load(ordering: .acquiring) { return }
      takeSlots(worker: worker)
    }
  }

  @discardableResult
  private func takeSlots(worker: Int) -> Int {
    var taken = 0
    while true {
      let slot = left.subtract(1, ordering: .acquiring).oldValue
      guard slot > 0, let work else { break }
      work.perform(slot: slots - slot, worker: worker)
      taken += 1
    }
    if taken > 0, unfinished.subtract(taken, ordering: .sequentiallyConsistent).newValue == 0 {
      caller.wake()
    }
    return taken
  }

  private func waitForCall(_ worker: Int, after seen: inout Int, _ sleeper: Sleeper) {
    func isCalled() -> Bool {
      let call = call.load(ordering: .sequentiallyConsistent)
      guard call != seen else { return false }
      return worker < call % Self.mostThreads || stopping.load(ordering: .sequentiallyConsistent)
    }
    var spins = 0
    while spins < Self.spins, !isCalled() { pause(&spins) }
    if spins == Self.spins { sleeper.sleep(until: isCalled) }
    seen = call.load(ordering: .acquiring)
  }

  /// Waits awake for about as long as a slot takes, then asleep: the thread that computes it may
  /// need this core.
  private func waitForOthers(_ crew: Int, since begin: Int, slotTime: Int) -> Double {
    let patience = min(max(2 * slotTime, 50_000), 1_000_000)
    var spins = 0
    while unfinished.load(ordering: .acquiring) > 0 {
      pause(&spins)
      guard spins % 128 == 0, nanoseconds(CLOCK_MONOTONIC) - begin > patience else { continue }
      let (start, busy) = (nanoseconds(CLOCK_MONOTONIC), helperTime(crew))
      caller.sleep { unfinished.load(ordering: .sequentiallyConsistent) == 0 }
      let waited = nanoseconds(CLOCK_MONOTONIC) - start
      return Double(max(0, waited - (helperTime(crew) - busy))) * 1e-9
    }
    return 0
  }

  /// The nanoseconds that all helpers of a crew have run.
  private func helperTime(_ crew: Int) -> Int {
    var sum = 0
    for index in 0..<crew - 1 { sum += nanoseconds(helpers[index].clock) }
    return sum
  }

  private func nanoseconds(_ clock: clockid_t) -> Int {
    var time = timespec()
    clock_gettime(clock, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// About 50 µs: longer than the gaps inside a step, shorter than anyone notices.
  private static let spins = 2000

  private func pause(_ spins: inout Int) {
    spins += 1
    hm_pause()
  }
}
