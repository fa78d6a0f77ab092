import CText
import Machine

/// Rows that are equal to an earlier one, value by value.
package struct Duplicates: Sendable, Equatable {
  package private(set) var count = 0
  /// The first row that repeats another, and that other; both counted from 0.
  package private(set) var first: Pair?

  package struct Pair: Sendable, Equatable {
    package let row: Int
    package let of: Int
  }

  /// Found by 128-bit hashes: of 10²⁶ tables of a million rows one has a pair that is none.
  init(in table: Table<Float>, threads: Int) {
    let hashes = Self.hashes(of: table, threads: threads)
    defer { hashes.deallocate() }
    // Open addressing: a slot holds the number of a row, from 1.
    var slots = [UInt32](repeating: 0, count: Self.slots(for: table.rows))
    let mask = slots.count - 1
    slots.withUnsafeMutableBufferPointer { slots in
      for row in 0..<table.rows {
        var slot = Int(truncatingIfNeeded: hashes[row].0) & mask
        while slots[slot] != 0, hashes[Int(slots[slot]) - 1] != hashes[row] {
          slot = (slot + 1) & mask
        }
        if slots[slot] == 0 {
          slots[slot] = UInt32(row + 1)
        } else {
          count += 1
          if first == nil { first = Pair(row: row, of: Int(slots[slot]) - 1) }
        }
      }
    }
  }

  private static func slots(for rows: Int) -> Int {
    var size = 16
    while size < 2 * rows { size *= 2 }
    return size
  }

  private static func hashes(
    of table: Table<Float>, threads: Int
  ) -> UnsafeMutableBufferPointer<(UInt64, UInt64)> {
    let hashes = UnsafeMutableBufferPointer<(UInt64, UInt64)>.allocate(capacity: table.rows)
    hashes.initialize(repeating: (0, 0))
    nonisolated(unsafe) let (table, target) = (table, hashes)
    let part = RowSource.part
    _ = ParallelParts.run((table.rows + part - 1) / part, threads: threads) { number in
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { hash in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: table.width) { values in
          for row in number * part..<min(table.rows, (number + 1) * part) {
            // 0 and −0 are equal, but their bits are not: −0 + 0 is 0.
            for c in 0..<table.width { values[c] = table.values[row * table.width + c] + 0 }
            let bytes = table.width * MemoryLayout<Float>.stride
            ct_hash(values.baseAddress, bytes, 0, hash.baseAddress)
            target[row] = (hash[0], hash[1])
          }
        }
      }
    }
    return hashes
  }
}
