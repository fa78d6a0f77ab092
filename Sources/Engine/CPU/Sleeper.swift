import Glibc
import Synchronization

/// A place where one thread sleeps until another has done what it waits for.
///
/// The sleeper says that it sleeps and then looks once more; the other thread does its part and then
/// looks whether there is a sleeper. In the one order of sequentially consistent operations one of
/// the two looks last and sees what the other has done, so no sleeper is forgotten. Whoever takes
/// `isAsleep` back decides: a waker owes one post, and a sleeper that took it back itself gets none.
final class Sleeper {
  private let isAsleep = Atomic<Bool>(false)
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Sleeps until `isDone`, which others make true before they call `wake`.
  func sleep(until isDone: () -> Bool) {
    // More than once: a waker that was late may mean something earlier.
    while !isDone() {
      isAsleep.store(true, ordering: .sequentiallyConsistent)
      if isDone(), isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
      while sem_wait(semaphore) != 0 {}
    }
  }

  /// Costs a look at a flag where nobody sleeps.
  func wake() {
    guard isAsleep.load(ordering: .sequentiallyConsistent),
      isAsleep.exchange(false, ordering: .sequentiallyConsistent)
    else { return }
    sem_post(semaphore)
  }
}
