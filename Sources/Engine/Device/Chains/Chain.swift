/// Row-local steps, one after another, as one launch: a work-group takes tiles of rows through all
/// of them. What adds up over rows is added up per slot, and the slots in order.
///
/// Values that only the chain needs are in its tiles; the graph's own memory of them is not written.
struct Chain {
  let rows: Int
  /// Values that are written for steps outside the chain, or for nobody.
  let exports: [Value]
  let sums: [Value]
  /// The operations: where each starts, the operations, and constants that they read.
  let table: Value
  let operations: Int
  /// The values that operations read and write in the graph's memory.
  let values: [Value]
  /// slots×reals of a tile
  let tiles: Value
  /// slots×reals of the gradients
  let slots: Value
  let tilesPerSlot: Int
  /// How the slots are added up; nil if nothing is, or if the next step does so.
  var summing: Summing?

  struct Summing {
    /// For each run of 128 gradients what is done with the sum of the slots: nothing, set, add.
    let modes: Value
    let gradients: Value
    /// Whether every gradient is the sum of its slots, and nothing else.
    let setsAll: Bool
  }

  /// The slots, if their sum is the gradients, for somebody else to add up.
  mutating func takeParts(of gradients: Value) -> Value? {
    guard let sum = summing, sum.setsAll, sum.gradients == gradients else { return nil }
    summing = nil
    return slots
  }

  func launches(for device: LaunchTraits) -> [Launch] {
    let values = values + Array(repeating: table, count: Self.mostValues - values.count)
    let group = device.isCPU ? 1 : Self.groupSize
    let chain = Launch.groups(
      device.isCPU ? "chain_lanes" : "chain",
      [.value(table)] + values.map { .value($0) } + [
        .value(tiles), .value(slots), .int(tiles.shape.columns), .int(slots.shape.columns),
        .int(tilesPerSlot), .int(operations), .int(rows),
      ], count: slots.shape.rows, size: group)
    return [chain] + (summing.map { [add($0)] } ?? [])
  }

  private func add(_ sum: Summing) -> Launch {
    let count = sum.gradients.shape.count
    return .elementwise(
      "chain_sums",
      [
        .value(slots), .int(slots.shape.rows), .value(sum.modes), .value(sum.gradients),
        .int(count),
      ], count: count)
  }

  /// The rows of a tile; chain.cl has the same, and the same group.
  static var tileRows: Int { 16 }
  private static var groupSize: Int { 256 }
  /// The values that a kernel can be given.
  static var mostValues: Int { 15 }

  /// The parts of the batch that are summed each for itself: of what size follows from the batch,
  /// the model and the kind of device.
  static func slots(rows: Int, sumCount: Int, on device: LaunchTraits) -> (count: Int, tiles: Int) {
    let tiles = (rows + tileRows - 1) / tileRows
    let most = max(1, min(device.isCPU ? 16 : 128, 64_000_000 / max(1, sumCount)))
    // What every slot writes and reads again should be little beside what its rows compute.
    let least = !device.isCPU ? 1 : sumCount >= 100_000 ? 8 : 2
    let tilesPerSlot = max(least, (tiles + most - 1) / most)
    return ((tiles + tilesPerSlot - 1) / tilesPerSlot, tilesPerSlot)
  }
}
