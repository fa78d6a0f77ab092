/// What a chain's work-items have read and written since the last barrier.
struct ChainHazards {
  private var accesses: [Access] = []

  struct Access {
    let memory: Memory
    /// Columns, or all there is.
    var columns = 0..<Int.max
    let writes: Bool
  }

  enum Memory: Hashable {
    case tile, exchange
    /// Rows that the chain keeps of a value, and those that the graph has.
    case kept(Value)
    case value(Value)

    var isOfGroup: Bool { self == .tile || self == .exchange }
  }

  /// The barrier that has to come before these accesses; nil if there need be none.
  mutating func barrier(before new: [Access], tileIsLocal: Bool) -> String? {
    let conflicts = accesses.filter { old in new.contains { Self.conflict(old, $0) } }
    guard !conflicts.isEmpty else {
      accesses += new
      return nil
    }
    let isGlobal = !tileIsLocal || conflicts.contains { !$0.memory.isOfGroup }
    accesses = (isGlobal ? [] : accesses.filter { !$0.memory.isOfGroup }) + new
    return isGlobal
      ? "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);" : "barrier(CLK_LOCAL_MEM_FENCE);"
  }

  private static func conflict(_ a: Access, _ b: Access) -> Bool {
    a.memory == b.memory && (a.writes || b.writes) && a.columns.overlaps(b.columns)
  }
}
