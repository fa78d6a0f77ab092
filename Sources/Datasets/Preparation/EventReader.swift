import Physics
import Machine
import Text

/// The rows of a table as a frame has them.
struct EventReader: Sendable {
  private nonisolated(unsafe) let table: Table<Float>
  private let frame: EventFrame
  private let features: MomentumFeatures
  private let momentumColumns, positionColumns: [Int]
  /// Of the charges of each row; empty where all rows have the molecule's.
  private let chargeColumns: [Int]

  /// - Parameter readsCharges: Whether rows have charges of their own.
  /// - Throws: where the table lacks a column of the molecule.
  init(
    _ table: Table<Float>, frame: EventFrame, features: MomentumFeatures, readsCharges: Bool,
    needsPositions: Bool
  ) throws(Failure) {
    chargeColumns = try RowCharges.columns(of: table, frame.molecule, areRead: readsCharges)
    (self.table, self.frame, self.features) = (table, frame, features)
    momentumColumns = try Self.indices(table, frame.molecule.momentumColumns)
    positionColumns =
      needsPositions ? try Self.indices(table, frame.molecule.positionColumns) : []
  }

  private static func indices(
    _ table: Table<Float>, _ names: [String]
  ) throws(Failure) -> [Int] {
    if let found = table.indices(of: names) { return found }
    let missing = names.filter { !table.columns.contains($0) }
    throw Failure(
      "no \(missing.count == 1 ? "column" : "columns") \(NameList.of(missing))",
      hint: "there are \(NameList.of(table.columns))")
  }

  /// Momenta in the frame, and then features.
  func conditions(of rows: [UInt32]?) -> RowSource {
    let width = frame.molecule.width
    let charges = chargeColumns.isEmpty ? [] : frame.molecule.chargeColumns
    let end = width + charges.count
    return RowSource(
      columns: frame.molecule.momentumColumns + charges + features.columns,
      rows: rows?.count ?? table.rows
    ) { number, target in
      let momenta = UnsafeMutableBufferPointer(rebasing: target[..<width])
      load(momentumColumns, rows, number, momenta)
      load(chargeColumns, rows, number, UnsafeMutableBufferPointer(rebasing: target[width..<end]))
      frame.withPass { pass in
        pass.toFrame(momenta: momenta, pass.orientation(of: UnsafeBufferPointer(momenta)))
      }
      if features.width > 0 {
        features.compute(
          UnsafeBufferPointer(momenta),
          into: UnsafeMutableBufferPointer(rebasing: target[end...]))
      }
    }
  }

  /// Positions in the frame that the momenta define.
  func positions(of rows: [UInt32]?) -> RowSource {
    RowSource(
      columns: frame.molecule.positionColumns, rows: rows?.count ?? table.rows
    ) { number, target in
      load(momentumColumns, rows, number, target)
      frame.withPass { pass in
        let orientation = pass.orientation(
          of: UnsafeBufferPointer(target), chargeProduct: chargeProduct(rows, number))
        load(positionColumns, rows, number, target)
        pass.toFrame(positions: target, orientation)
      }
    }
  }

  /// Calls `body` with the number of each row, what its momenta say, and room for a row.
  func forEachEvent(
    of rows: [UInt32]?, threads: Int,
    _ body: @Sendable (FramePass, Int, Orientation, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    _ = eachPart(of: rows, threads: threads) { pass, numbers, row in
      for number in numbers {
        load(momentumColumns, rows, number, row)
        let orientation = pass.orientation(
          of: UnsafeBufferPointer(row), chargeProduct: chargeProduct(rows, number))
        body(pass, number, orientation, row)
      }
    }
  }

  /// The rows, by their number in the table, whose momenta define no axes.
  func undefinedRows(of rows: [UInt32]?, threads: Int) -> [Int] {
    eachPart(of: rows, threads: threads) { pass, numbers, row in
      numbers.filter { number in
        load(momentumColumns, rows, number, row)
        return pass.orientation(of: UnsafeBufferPointer(row)).axes == .undefined
      }.map { number in rows.map { Int($0[number]) } ?? number }
    }.flatMap { $0 }
  }

  /// What `body` returns for each part of the rows, with room for a row.
  private func eachPart<Result: Sendable>(
    of rows: [UInt32]?, threads: Int,
    _ body: @Sendable (FramePass, Range<Int>, UnsafeMutableBufferPointer<Double>) -> Result
  ) -> [Result] {
    let count = rows?.count ?? table.rows
    let part = RowSource.part
    return ParallelParts.run((count + part - 1) / part, threads: threads) { slice in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: frame.molecule.width) { row in
        frame.withPass { body($0, slice * part..<min(count, (slice + 1) * part), row) }
      }
    }
  }

  /// `Σ qᵢqⱼ` of a row; nil where it is the molecule's.
  private func chargeProduct(_ rows: [UInt32]?, _ number: Int) -> Double? {
    if chargeColumns.isEmpty { return nil }
    let row = rows.map { Int($0[number]) } ?? number
    return Molecule.chargeProduct(chargeColumns.map { Double(table[row, $0]) })
  }

  @inline(__always)
  private func load(
    _ columns: [Int], _ rows: [UInt32]?, _ number: Int,
    _ target: UnsafeMutableBufferPointer<Double>
  ) {
    let start = (rows.map { Int($0[number]) } ?? number) * table.width
    for k in columns.indices { target[k] = Double(table.values[start + columns[k]]) }
  }
}

extension RowSource {
  /// Writes each row, as a model has it, into a row of `values` of the given width, from a column on.
  ///
  /// - Returns: How many values are far from those of training.
  func encode(
    by coordinates: Coordinates, into values: UnsafeMutableBufferPointer<Float>, width: Int,
    from column: Int, threads: Int
  ) -> Int {
    nonisolated(unsafe) let values = values
    return ParallelParts.run(parts, threads: threads) { part in
      var far = 0
      forEachRow(of: part) { number, row in
        let start = number * width + column
        far += coordinates.encode(
          row, into: .init(rebasing: values[start..<start + coordinates.count]))
      }
      return far
    }.reduce(0, +)
  }
}
