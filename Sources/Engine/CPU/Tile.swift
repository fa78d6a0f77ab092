/// What a primitive sees while it computes some of its items on one thread.
package struct Tile<E: Real> {
  let memory: CPUMemory<E>
  /// The items to compute.
  package let items: Range<Int>
  /// The items of the whole step.
  let extent: Int
  /// Sums of slots other than the first are kept apart until the section ends.
  let slotSums: SlotSums<E>?
  /// This tile is the first of its slot.
  let isFirst: Bool
  /// No earlier step of the section adds to the sums of this one.
  let opensSums: Bool
  let workspace: UnsafeMutablePointer<E>
  let scratch: UnsafeMutableBufferPointer<E>

  /// The part of `value` that belongs to the tile's items.
  subscript(value: Value) -> UnsafeMutableBufferPointer<E> {
    let width = value.shape.count / extent
    let all = memory[value]
    return UnsafeMutableBufferPointer(
      rebasing: all[items.lowerBound * width..<items.upperBound * width])
  }

  /// All of `value`.
  func whole(_ value: Value) -> UnsafeMutableBufferPointer<E> { memory[value] }

  func words(_ value: Value) -> UnsafeMutableBufferPointer<UInt32> { memory[words: value] }

  /// Where the tile adds to a sum over items, and whether it adds or sets.
  func sum(
    _ value: Value, accumulates: Bool
  ) -> (elements: UnsafeMutableBufferPointer<E>, accumulate: Bool) {
    guard let slotSums else { return (memory[value], accumulates || !isFirst) }
    return (slotSums[value], !(isFirst && opensSums))
  }

  func matrix(_ slice: Slice) -> Matrix<E> {
    Matrix(
      base: self[slice.value].start + slice.columns.lowerBound, stride: slice.value.shape.columns)
  }

  func wholeMatrix(_ slice: Slice, transposed: Bool = false) -> Matrix<E> {
    Matrix(
      base: whole(slice.value).start + slice.columns.lowerBound,
      stride: slice.value.shape.columns, transposed: transposed)
  }
}
