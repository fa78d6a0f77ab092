package import Glibc

/// A few threads for one piece of work, gone when it is done.
///
/// Neither for the inside of a training step, where starting threads costs more than the work, nor
/// for waiting on the world: for passes over millions of rows.
package enum Threads {
  /// Calls `body` once on each of `count` threads, this one included, and waits for all.
  ///
  /// A body hands over state to the others only through `Lock` and `Turns`.
  package static func run(_ count: Int, _ body: @escaping (Int) -> Void) {
    var handles: [pthread_t] = []
    for thread in 1..<max(2, count) where thread < count {
      // With fewer threads than asked for the work takes longer, and comes out the same.
      if let handle = start({ body(thread) }) { handles.append(handle) }
    }
    body(0)
    for handle in handles { pthread_join(handle, nil) }
  }

  /// A thread that runs `body`, for `pthread_join`; nil if the system has no thread left.
  package static func start(_ body: @escaping () -> Void) -> pthread_t? {
    var handle = pthread_t()
    let start = Unmanaged.passRetained(Start(body))
    let code = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      start.release()
      return nil
    }
    return handle
  }

  private final class Start {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }
}

/// A mutex and its condition.
package final class Lock {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  package func held<Result, Failure>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Lets go of the lock until another thread has changed something. Call it inside `held`.
  package func wait() { pthread_cond_wait(changed, mutex) }

  package func signal() { pthread_cond_broadcast(changed) }
}

/// Work that is finished in the order of its numbers, whichever thread did it.
package final class Turns {
  private let lock = Lock()
  private var next = 0

  package init() {}

  /// Waits for the turns before `number` and then takes it.
  package func take(_ number: Int, _ body: () -> Void) {
    lock.held {
      while next != number { lock.wait() }
      body()
      next += 1
      lock.signal()
    }
  }
}
