import Dispatch
import Synchronization

/// Independent numbered parts of a task, computed by several threads that take the next part as
/// they finish one.
enum ParallelParts {
  /// The results, by number of the part.
  static func run<Result: Sendable>(
    _ parts: Int, threads: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    guard threads > 1, parts > 1 else { return (0..<parts).map(body) }
    let next = Atomic<Int>(0)
    let results = Mutex<[Result?]>([Result?](repeating: nil, count: parts))
    DispatchQueue.concurrentPerform(iterations: min(threads, parts)) { _ in
      while true {
        let part = next.add(1, ordering: .relaxed).oldValue
        if part >= parts { return }
        let result = body(part)
        results.withLock { $0[part] = result }
      }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}
