import Datasets
import Testing
import Text

/// A table from its columns.
func table(_ columns: KeyValuePairs<String, [Float]>) -> Table<Float> {
  let table = Table<Float>(
    columns: columns.map(\.key), rows: columns.first?.value.count ?? 0)
  for (c, column) in columns.enumerated() {
    for (row, value) in column.value.enumerated() { table[row, c] = value }
  }
  return table
}

private func source(_ table: Table<Float>, rows: [UInt32]? = nil) -> RowSource {
  RowSource(table, columns: Array(0..<table.width), rows: rows)
}

@Suite struct ScalerTests {
  private let data = table(["a": [1, 2, 3, 4, 5], "b": [-10, 0, 10, 20, 280]])

  @Test("shifts and scales by hand")
  func values() throws {
    let standard = try Scaler(.standard, fittedTo: source(data))
    #expect(standard.shift == [3, 60])
    #expect(standard.scale[0] == 2.0.squareRoot())
    let minmax = try Scaler(.minmax, fittedTo: source(data))
    #expect(minmax.shift == [1, -10] && minmax.scale == [4, 290])
    let symmetric = try Scaler(.symmetric, fittedTo: source(data))
    #expect(symmetric.shift == [3, 135] && symmetric.scale == [2, 145])
    let robust = try Scaler(.robust, fittedTo: source(data))
    #expect(robust.shift == [3, 10])
    #expect(abs(robust.scale[0] - 2 / 1.3489795003921634) < 1e-15)
    #expect(abs(robust.scale[1] - 20 / 1.3489795003921634) < 1e-13)
    let none = try Scaler(.none, fittedTo: source(data))
    #expect(none.shift == [0, 0] && none.scale == [1, 1])
  }

  @Test("only the rows given count, and quartiles lie between neighbors")
  func someRows() throws {
    let some = try Scaler(.standard, fittedTo: source(data, rows: [0, 2]))
    #expect(some.shift == [2, 0] && some.scale == [1, 10])
    let four = source(data, rows: [0, 1, 2, 3])
    #expect(four.quantiles([0, 0.25, 0.5, 1], threads: 1)[0] == [1, 1.75, 2.5, 4])
  }

  @Test("statistics are accurate for a large mean, and equal for any number of threads")
  func cancellation() throws {
    let values = (0..<50_000).map { Float(1e6) + Float($0 % 5) }
    let large = table(["a": values])
    let one = try Scaler(.standard, fittedTo: source(large))
    #expect(abs(one.shift[0] - 1_000_002) < 1e-9)
    #expect(abs(one.scale[0] - 2.0.squareRoot()) < 1e-12)
    for kind in ScalerKind.allCases {
      let alone = try Scaler(kind, fittedTo: source(large), threads: 1)
      #expect(try Scaler(kind, fittedTo: source(large), threads: 3) == alone)
    }
  }

  @Test("one row is named as the reason why nothing varies")
  func oneRow() throws {
    let table = try simulated(rows: 1)
    for policy in [ConstantPolicy.drop, .refuse, .zero] {
      let error = #expect(throws: Failure.self) {
        try Scaler(
          .standard, fittedTo: RowSource(table, columns: Array(0..<18)), constants: policy)
      }
      #expect(error?.message == "there is one training row, in which nothing varies")
    }
  }

  @Test("constant columns are refused by name, dropped, or zeros")
  func constants() throws {
    let noise = (0..<100).map { 5 + Float($0 % 2) * 4.8e-7 }
    let table = table([
      "a": (0..<100).map { Float($0) }, "b": [Float](repeating: 7, count: 100), "c": noise,
    ])
    let error = #expect(throws: Failure.self) {
      try Scaler(.standard, fittedTo: source(table))
    }
    #expect(error?.message == "columns b, c always have the same value")
    let dropped = try Scaler(.standard, fittedTo: source(table), constants: .drop)
    #expect(dropped.kept == [0] && dropped.shift[1] == 7)
    let zero = try Scaler(.minmax, fittedTo: source(table), constants: .zero)
    #expect(zero.kept == [0, 1, 2] && zero.shift[1] == 7 && zero.scale[1] == 1)
    #expect(abs(zero.shift[2] - 5) < 1e-6)
    let one = DatasetTests.table(["b": [1, 1]])
    #expect(throws: Failure.self) {
      try Scaler(.standard, fittedTo: source(one), constants: .drop)
    }
  }

  @Test("values far from the fitted ones are counted; no number is an error")
  func farAndNotFinite() throws {
    let coordinates = try Coordinates(fittedTo: source(data), kind: .standard)
    var row = [3.0, 1e9]
    var u = [Float](repeating: 0, count: 2)
    let far = row.withUnsafeMutableBufferPointer { row in
      u.withUnsafeMutableBufferPointer { coordinates.encode(row, into: $0) }
    }
    #expect(far == 1 && u[0] == 0)
    let broken = table(["x": [1, 2], "y": [1, .nan]])
    let error = #expect(throws: Failure.self) {
      try Scaler(.none, fittedTo: source(broken))
    }
    #expect(error?.message.hasPrefix("column y") == true)
  }

  @Test("equal quartiles are replaced by the standard deviation")
  func narrow() throws {
    let table = table(["a": [0, 0, 0, 0, 0, 0, 0, 8]])
    let scaler = try Scaler(.robust, fittedTo: source(table))
    #expect(abs(scaler.scale[0] - 7.0.squareRoot()) < 1e-14)
  }

  @Test("a scaler comes back from its values; damaged ones are refused")
  func checkpoint() throws {
    let scaler = try Scaler(.robust, fittedTo: source(data))
    #expect(try Scaler(scaler.values) == scaler)
    var damaged = scaler.values
    damaged.shift.removeLast()
    #expect(throws: Failure.self) { try Scaler(damaged) }
    damaged = scaler.values
    damaged.kind = "other"
    #expect(throws: Failure.self) { try Scaler(damaged) }
  }
}
