import Glibc
import Text

/// A table that grows at its end.
///
/// `realloc` moves large blocks by their page tables, so that growing neither copies nor holds the
/// values twice.
struct TableBuilder<Value: TableValue>: RowSink {
  let columns: [String]
  /// The most bytes that the values may take.
  let limit: Int
  /// Where the rows are from, for messages.
  private let file: String
  private(set) var rows = 0
  private var base: UnsafeMutablePointer<Value>?
  private var capacity = 0

  init(columns: [String], limit: Int, file: String) {
    (self.columns, self.limit, self.file) = (columns, limit, file)
  }

  /// Appends whole rows, unless there is no memory for them.
  mutating func append(_ values: UnsafePointer<Value>, rows count: Int) throws(Failure) {
    let width = columns.count
    let needed = (rows + count) * width
    if needed > capacity, !grow(to: max(needed, capacity + capacity / 4)) {
      throw Failure(
        file: file,
        cause: "is larger than memory: \(rows) rows fill the \(limit >> 20) MiB allowed",
        hint: "use fewer rows, or a machine with more memory")
    }
    if let base, count > 0 { (base + rows * width).update(from: values, count: count * width) }
    rows += count
  }

  /// The table, and an end to this builder.
  mutating func finish() -> Table<Value> {
    let count = rows * columns.count
    // A block that shrinks stays where it is.
    let block = realloc(base, max(1, count) * MemoryLayout<Value>.stride)
    let values = block?.assumingMemoryBound(to: Value.self) ?? base
    (base, capacity) = (nil, 0)
    return Table(
      columns: columns, rows: rows, owning: UnsafeMutableBufferPointer(start: values, count: count))
  }

  /// Lets go of the values without a table.
  mutating func discard() {
    free(base)
    base = nil
    (rows, capacity) = (0, 0)
  }

  private mutating func grow(to count: Int) -> Bool {
    let size = MemoryLayout<Value>.stride
    guard count * size <= limit, let block = realloc(base, count * size) else { return false }
    base = block.assumingMemoryBound(to: Value.self)
    capacity = count
    return true
  }
}

/// The memory of this machine.
enum Memory {
  /// Three quarters of it: what a table may take before the rest of the program has none.
  static var tableLimit: Int {
    let bytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return bytes > 0 ? bytes / 4 * 3 : Int.max
  }
}
