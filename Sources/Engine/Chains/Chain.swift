/// Row-local steps, one after another, as one launch: a work-group takes tiles of rows through all
/// of them. What adds up over rows is added up per slot, and the slots in order.
///
/// Values that only the chain needs are in its tiles; the graph's own memory of them is not written.
struct Chain: Primitive {
  let steps: [any Primitive]
  let domain: Domain
  /// Values that are written for steps outside the chain, or for nobody.
  let exports: [Value]
  let sums: [Value]
  var layout: Layout

  /// Where everything is.
  struct Layout: Hashable {
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
    /// For each run of 128 gradients what is done with the sum of the slots: nothing, set, add. Nil
    /// if that is left to the next step.
    var sumModes: Value?
    let gradients: Value?
  }

  var inputs: [Value] { [] }
  var outputs: [Value] { exports }
  var flops: Int { steps.reduce(0) { $0 + $1.flops } }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    preconditionFailure("the CPU runs the steps of a chain, not the chain")
  }

  func launches(for device: LaunchTraits) -> [Launch] {
    let values = layout.values + Array(repeating: layout.table, count: 15 - layout.values.count)
    let slots = layout.slots.shape.rows
    let group = device.isProcessor ? 1 : Self.groupSize
    return [
      .kernel(
        .init(
          entry: device.isProcessor ? "chain_lanes" : "chain",
          arguments: [.value(layout.table)] + values.map { .value($0) } + [
            .value(layout.tiles), .value(layout.slots), .int(layout.tiles.shape.columns),
            .int(layout.slots.shape.columns), .int(layout.tilesPerSlot), .int(layout.operations),
            .int(domain.extent),
          ], global: .init(slots * group), local: .init(group)))
    ] + summing
  }

  private var summing: [Launch] {
    guard let modes = layout.sumModes, let gradients = layout.gradients else { return [] }
    let count = gradients.shape.count
    return [
      .elementwise(
        "chain_sums",
        [
          .value(layout.slots), .int(layout.slots.shape.rows), .value(modes), .value(gradients),
          .int(count),
        ], count: count)
    ]
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
    let most = max(1, min(device.isProcessor ? 16 : 128, 64_000_000 / max(1, sumCount)))
    // What every slot writes and reads again should be little beside what its rows compute.
    let least = !device.isProcessor ? 1 : sumCount >= 100_000 ? 8 : 2
    let tilesPerSlot = max(least, (tiles + most - 1) / most)
    return ((tiles + tilesPerSlot - 1) / tilesPerSlot, tilesPerSlot)
  }
}
