/// How a kernel of a chain divides rows among work-items: see chain.cl.
package struct ChainShape: Hashable, Sendable {
  /// Rows that a work-item computes as one vector.
  let lanes: Int
  /// Rows of a tile, which is a work-group's.
  package let rows: Int
  /// Work-items of a group.
  let group: Int
  /// Reals of the memory that a work-group has for itself, in which its tile is; 0 if that is in the
  /// device's memory.
  let localReals: Int

  var isLocal: Bool { localReals > 0 }

  /// A vector of rows in every work-item, and no other items that it would have to wait for.
  static let processor = ChainShape(lanes: 16, rows: 16, group: 1, localReals: 0)

  static func gpu(rows: Int, localReals: Int) -> ChainShape {
    ChainShape(lanes: 1, rows: rows, group: 256, localReals: localReals)
  }

  /// Those to try for a batch, the best first. Few rows leave work for all multiprocessors of a GPU; of
  /// a large batch more rows share the weights that a group reads. Two thirds of the memory leave room
  /// for a second group where a multiprocessor has 64 KiB.
  static func candidates(rows: Int, on device: LaunchTraits) -> [ChainShape] {
    if device.isCPU { return [processor] }
    let local = [8, 4, 2, 1].filter { $0 < 8 || rows > 4096 }.flatMap { rows in
      [2, 3].map { gpu(rows: rows, localReals: device.localReals * $0 / 3) }
    }
    return local + [gpu(rows: 4, localReals: 0)]
  }

  /// Columns that a tile can have beside so many reals that work-items exchange; nil if any number.
  func capacity(exchanging count: Int) -> Int? {
    isLocal ? ((localReals - count) / rows - 32 / rows) / 32 * 32 : nil
  }

  /// Columns are taken in such runs, so that vectors lie as they should.
  var columnStep: Int { lanes > 1 ? 1 : 4 }

  /// The reals from one row to the next, for at least so many columns: rows begin in different
  /// memory banks.
  func pitch(columns: Int) -> Int {
    lanes > 1 ? 0 : (columns + 31) / 32 * 32 + 32 / rows
  }

  /// Rows of a value as they are kept in memory: vectors of four may begin where they do. A
  /// processor reads vectors of sixteen there, and finds neighboring rows in other sets of its cache.
  func kept(_ shape: Shape) -> Shape {
    let step = lanes > 1 ? 16 : 4
    let runs = (shape.columns + step - 1) / step
    return Shape(shape.rows, (lanes > 1 && runs.isMultiple(of: 2) ? runs + 1 : runs) * step)
  }

  /// Reals of a tile; a processor reads sixteen columns at a time.
  func size(columns: Int) -> Int {
    lanes > 1 ? (columns + 15) * lanes : pitch(columns: columns) * rows
  }

  /// The constants of chain.cl and lanes.cl.
  package var constants: [(name: String, value: String)] {
    [
      ("LANES", "\(lanes)"), ("ROWS", "\(rows)"), ("GROUP", "\(group)"),
      ("TILE", isLocal ? "__local" : "__global"),
    ]
  }

  /// How many work-items share the products of a layer, each of which sums over part of the depth.
  func slices(columns: Int, depth: Int) -> Int {
    let runs = (columns + 3) / 4
    var slices = 1
    while slices * 2 <= min(group / runs, depth / 4, Self.mostExchanged / (rows * runs * 4 + 4)) {
      slices *= 2
    }
    return slices
  }

  /// Reals that the slices of a layer exchange.
  func exchange(columns: Int, depth: Int) -> Int {
    lanes > 1
      ? 0 : slices(columns: columns, depth: depth) * (rows * ((columns + 3) / 4 * 4) + 4)
  }

  private static let mostExchanged = 4352
}
