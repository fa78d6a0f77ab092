import Datasets
import Testing
import Text

@testable import Evaluation

/// Latents from a table, for blocks of rows.
@Suite struct GivenLatentsTests {
  private func table(rows: Int) -> Table<Float> {
    let table = Table<Float>(columns: ["z2", "row", "z1"], rows: rows)
    for i in 0..<3 * rows { table.values[i] = Float(i) }
    return table
  }

  private func values(_ latents: GivenLatents, _ rows: Range<Int>, _ samples: Int) throws -> [Float]
  {
    guard case .given(let values) = try latents.source(rows, samples: samples) else { return [] }
    return values
  }

  @Test("a block has the z of its samples, in the order of the model")
  func blocks() throws {
    let latents = try GivenLatents(table(rows: 6), width: 2, file: "z.csv")
    #expect(try values(latents, 0..<2, 2) == [2, 0, 5, 3, 8, 6, 11, 9])
    #expect(try values(latents, 2..<3, 2) == [14, 12, 17, 15])
    try latents.checkEnd(rows: 3, samples: 2)
    let one = try GivenLatents(table(rows: 1), width: 2, file: "z.csv")
    #expect(try values(one, 5..<7, 2) == [2, 0, 2, 0, 2, 0, 2, 0])
    try one.checkEnd(rows: 7, samples: 2)
  }

  @Test("too few and too many are refused")
  func count() throws {
    let latents = try GivenLatents(table(rows: 6), width: 2, file: "z.csv")
    let few = #expect(throws: Failure.self) { try latents.source(2..<4, samples: 2) }
    #expect(few?.code == .data && few?.message.contains("at least 8 samples") == true)
    #expect(throws: Failure.self) { try latents.checkEnd(rows: 2, samples: 2) }
    #expect(throws: Failure.self) { try GivenLatents(table(rows: 6), width: 3, file: "z.csv") }
    #expect(throws: Failure.self) { try GivenLatents(table(rows: 6), width: 1, file: "z.csv") }
  }
}
