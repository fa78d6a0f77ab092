import CHostMath
import Glibc
import Synchronization

/// Work that falls into independent numbered slots.
protocol SlotWork: AnyObject {
  /// Computes slot `slot`; `worker` is the number of the thread that does.
  func perform(slot: Int, worker: Int)
}

/// Threads that live as long as the pool, wait briefly awake and then asleep, and take nothing
/// from the heap to start a round of work.
///
/// This is the only file that shares mutable state between threads: a round's `work` is published
/// by the generation counter and stays untouched until every worker has reported back.
final class WorkerPool: @unchecked Sendable {
  let threads: Int
  private let generation = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private let running = Atomic<Int>(0)
  private let sleeping = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private var slots = 0
  private unowned(unsafe) var work: (any SlotWork)?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var handles: [pthread_t] = []

  /// - Parameter threads: all threads, the calling one included.
  init(threads: Int) {
    self.threads = max(1, threads)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    for worker in 1..<self.threads { start(worker) }
  }

  /// Runs every slot once and returns when all are done.
  func run(_ work: any SlotWork, slots: Int) {
    let helpers = min(handles.count, slots - 1)
    guard helpers > 0 else {
      for slot in 0..<slots { work.perform(slot: slot, worker: 0) }
      return
    }
    self.work = work
    self.slots = slots
    next.store(0, ordering: .relaxed)
    running.store(handles.count, ordering: .relaxed)
    generation.add(1, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(wake)
      pthread_mutex_unlock(mutex)
    }
    takeSlots(of: work, worker: 0)
    var spins = 0
    while running.load(ordering: .acquiring) > 0 { pause(&spins) }
  }

  /// Ends the threads; the owner calls it before it lets go of the pool.
  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    generation.add(1, ordering: .sequentiallyConsistent)
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    for handle in handles { pthread_join(handle, nil) }
    handles = []
  }

  deinit {
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(mutex)
    wake.deallocate()
    mutex.deallocate()
  }

  private func start(_ worker: Int) {
    final class Start {
      let pool: WorkerPool
      let worker: Int
      init(_ pool: WorkerPool, _ worker: Int) { (self.pool, self.worker) = (pool, worker) }
    }
    var handle = pthread_t()
    let start = Unmanaged.passRetained(Start(self, worker))
    let code = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        start.pool.loop(worker: start.worker)
        return nil
      }, start.toOpaque())
    // With fewer threads than asked for the pool is slower and just as right.
    if code == 0 { handles.append(handle) } else { start.release() }
  }

  private func loop(worker: Int) {
    var seen = 0
    while true {
      waitForRound(after: seen)
      seen += 1
      if stopping.load(ordering: .acquiring) { return }
      if let work { takeSlots(of: work, worker: worker) }
      running.subtract(1, ordering: .acquiringAndReleasing)
    }
  }

  private func takeSlots(of work: any SlotWork, worker: Int) {
    while true {
      let slot = next.add(1, ordering: .relaxed).oldValue
      if slot >= slots { return }
      work.perform(slot: slot, worker: worker)
    }
  }

  private func waitForRound(after seen: Int) {
    var spins = 0
    while spins < Self.spinLimit {
      if generation.load(ordering: .acquiring) != seen { return }
      pause(&spins)
    }
    pthread_mutex_lock(mutex)
    sleeping.add(1, ordering: .sequentiallyConsistent)
    while generation.load(ordering: .sequentiallyConsistent) == seen {
      pthread_cond_wait(wake, mutex)
    }
    sleeping.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  /// About 50 µs: longer than the gaps inside a step, shorter than anyone notices.
  private static let spinLimit = 2000

  private func pause(_ spins: inout Int) {
    spins += 1
    hm_pause()
    // A machine with other work on it may have taken the core of the thread we wait for.
    if spins % 256 == 0 { sched_yield() }
  }
}
