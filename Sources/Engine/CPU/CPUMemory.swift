import Glibc

/// The memory of one program on the CPU: two arenas and where each value lies in them.
///
/// Named values of another program that this graph has too are that program's memory.
final class CPUMemory<E: Real> {
  /// Reals by value; words have an empty slice here.
  private let reals: UnsafeMutableBufferPointer<UnsafeMutableBufferPointer<E>>
  private let words: UnsafeMutableBufferPointer<UnsafeMutableBufferPointer<UInt32>>
  private let arena: UnsafeMutableBufferPointer<E>
  private let wordArena: UnsafeMutableBufferPointer<UInt32>
  private let shared: CPUMemory<E>?

  init(for graph: Graph, sharing other: (memory: CPUMemory<E>, graph: Graph)?) {
    let count = graph.values.count
    reals = .allocate(capacity: count)
    words = .allocate(capacity: count)
    reals.initialize(repeating: UnsafeMutableBufferPointer(start: nil, count: 0))
    words.initialize(repeating: UnsafeMutableBufferPointer(start: nil, count: 0))
    shared = other?.memory
    let foreign = graph.shared(with: other?.graph)
    let own = graph.values.filter { graph.views[$0] == nil && foreign[$0] == nil }
    arena = allocateAligned(own.filter { $0.kind == .real }.reduce(0) { $0 + Self.room($1) })
    wordArena = allocateAligned(own.filter { $0.kind == .word }.reduce(0) { $0 + Self.room($1) })
    place(own)
    for (value, theirs) in foreign {
      guard let other else { break }
      reals[value.id] = other.memory.reals[theirs.id]
      words[value.id] = other.memory.words[theirs.id]
    }
    for (value, view) in graph.views {
      let range = view.offset..<view.offset + value.shape.count
      reals[value.id] = UnsafeMutableBufferPointer(rebasing: reals[view.parent.id][range])
    }
    for (value, contents) in graph.constants {
      _ = words[value.id].update(fromContentsOf: contents)
    }
  }

  deinit {
    arena.deallocate()
    wordArena.deallocate()
    reals.deallocate()
    words.deallocate()
  }

  subscript(value: Value) -> UnsafeMutableBufferPointer<E> { reals[value.id] }
  subscript(words value: Value) -> UnsafeMutableBufferPointer<UInt32> { words[value.id] }

  private func place(_ values: [Value]) {
    var real = 0
    var word = 0
    for value in values {
      switch value.kind {
      case .real:
        reals[value.id] = UnsafeMutableBufferPointer(
          rebasing: arena[real..<real + value.shape.count])
        real += Self.room(value)
      case .word:
        words[value.id] = UnsafeMutableBufferPointer(
          rebasing: wordArena[word..<word + value.shape.count])
        word += Self.room(value)
      }
    }
  }

  /// Cache lines are not shared between values.
  private static func room(_ value: Value) -> Int { (value.shape.count + 15) / 16 * 16 }
}

/// Zeros that start at a cache line; many start at a page, and large pages are asked for. Products
/// and updates walk through more memory than the CPU knows small pages of.
func allocateAligned<T: BitwiseCopyable & ExpressibleByIntegerLiteral>(
  _ count: Int
) -> UnsafeMutableBufferPointer<T> {
  let count = max(count, 1)
  let largePage = 1 << 21
  let bytes = count * MemoryLayout<T>.stride
  let raw = UnsafeMutableRawPointer.allocate(
    byteCount: bytes, alignment: bytes < largePage ? 64 : largePage)
  // Where the system has none, it says so, and small ones serve.
  if bytes >= largePage { madvise(raw, bytes / largePage * largePage, MADV_HUGEPAGE) }
  let typed = UnsafeMutableBufferPointer(
    start: raw.bindMemory(to: T.self, capacity: count), count: count)
  typed.initialize(repeating: 0)
  return typed
}
