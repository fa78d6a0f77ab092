import CHostMath
import Machine

/// The CPU of this machine.
package final class CPUDevice<E: Real>: Device {
  package let name: String
  package let threads: Int
  let pool: WorkerPool
  /// The specification computes in `Double`.
  var isReference: Bool { E.self == Double.self }

  fileprivate init(name: String, threads: Int) {
    self.name = name
    self.threads = threads
    pool = WorkerPool(threads: threads)
  }

  deinit { pool.stop() }

  package func compile(_ graph: Graph, sharing other: (any Program)?) throws -> any Program {
    program(graph, sharing: other)
  }

  /// The program with its elements as they are, for whoever knows the device's kind.
  package func program(_ graph: Graph, sharing other: (any Program)? = nil) -> CPUProgram<E> {
    let other = other.map { other in
      guard let same = other as? CPUProgram<E> else {
        preconditionFailure("a program on \(name) cannot share memory with \(type(of: other))")
      }
      return same
    }
    return CPUProgram(graph, on: self, sharing: other)
  }
}

extension CPUDevice where E == Float {
  /// `--backend cpu`: `Float`, vectorized, on so many threads.
  package convenience init(threads: Int = CPU.threads) {
    self.init(name: "cpu", threads: threads)
  }
}

extension CPUDevice where E == Double {
  /// The specification: `Double`, plain loops, one thread but to test the executor by itself.
  package convenience init(threads: Int = 1) { self.init(name: "reference", threads: threads) }
}
