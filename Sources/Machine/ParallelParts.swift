import Synchronization

/// Independent numbered parts of a task, computed by several threads that take the next part as
/// they finish one.
package enum ParallelParts {
  /// The results, by number of the part.
  package static func run<Result: Sendable>(
    _ parts: Int, threads: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    guard threads > 1, parts > 1 else { return (0..<parts).map(body) }
    let board = Board<Result>(parts)
    withoutActuallyEscaping(body) { body in
      Threads.run(min(threads, parts)) { _ in
        while let part = board.next() { board.note(body(part), of: part) }
      }
    }
    return board.results.withLock { $0.compactMap { $0 } }
  }

  /// What is still to do, and what came out.
  private final class Board<Result: Sendable>: Sendable {
    let results: Mutex<[Result?]>
    private let parts: Int
    private let taken = Atomic<Int>(0)

    init(_ parts: Int) {
      self.parts = parts
      results = Mutex([Result?](repeating: nil, count: parts))
    }

    func next() -> Int? {
      let part = taken.add(1, ordering: .relaxed).oldValue
      return part < parts ? part : nil
    }

    func note(_ result: Result, of part: Int) { results.withLock { $0[part] = result } }
  }
}
