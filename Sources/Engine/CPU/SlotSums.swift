/// The copies of a section's sums that belong to one slot.
final class SlotSums<E: Real> {
  private let arena: UnsafeMutableBufferPointer<E>
  /// Where a value starts in the arena, by its id.
  private let offsets: UnsafeMutableBufferPointer<Int>

  init(for sums: [Value], valueCount: Int) {
    offsets = .allocate(capacity: valueCount)
    offsets.initialize(repeating: -1)
    var end = 0
    for sum in sums {
      offsets[sum.id] = end
      end += (sum.shape.count + 15) / 16 * 16
    }
    arena = allocateAligned(end)
  }

  deinit {
    arena.deallocate()
    offsets.deallocate()
  }

  subscript(sum: Value) -> UnsafeMutableBufferPointer<E> {
    let start = offsets[sum.id]
    return UnsafeMutableBufferPointer(rebasing: arena[start..<start + sum.shape.count])
  }
}
