@testable import Datasets
import Testing
import Text

@Suite struct SplitTests {
  @Test("every row is in one part, ascending, and the sizes are the fractions")
  func whole() throws {
    for rows in [3, 4, 7, 20, 999, 100_000] {
      let split = try Split(rows: rows, seed: 5)
      let all = split.training + split.validation + split.test
      #expect(all.sorted() == (0..<UInt32(rows)).map { $0 })
      for part in [split.training, split.validation, split.test] {
        #expect(part == part.sorted() && !part.isEmpty)
      }
      #expect(abs(Double(split.training.count) - 0.7 * Double(rows)) <= 1.6)
      #expect(abs(Double(split.test.count) - 0.15 * Double(rows)) <= 1.1)
    }
  }

  @Test("derived seeds do not change between versions")
  func golden() throws {
    let split = try Split(rows: 20, seed: 42)
    #expect(split.training == [1, 2, 3, 5, 8, 9, 10, 13, 14, 15, 16, 17, 18, 19])
    #expect(split.validation == [7, 11, 12])
    #expect(split.test == [0, 4, 6])
    #expect(try Split(rows: 20, seed: 43) != split)
  }

  @Test("results do not depend on the number of threads")
  func threads() throws {
    let one = try Split(rows: 200_001, seed: 9)
    #expect(try Split(rows: 200_001, seed: 9, threads: 3) == one)
  }

  @Test("membership is spread evenly over the file")
  func uniform() throws {
    let split = try Split(rows: 100_000, seed: 3)
    var counts = [Int](repeating: 0, count: 100)
    for row in split.test { counts[Int(row) / 1000] += 1 }
    // Of 1,000 rows 150 ± 11.
    #expect(counts.allSatisfy { abs($0 - 150) < 56 })
    let spread = counts.reduce(0.0) { $0 + Double(($1 - 150) * ($1 - 150)) } / 100
    #expect(spread > 60 && spread < 220)
    let pairs = zip(split.test, split.test.dropFirst()).count { $0 + 1 == $1 }
    #expect(abs(Double(pairs) - 2250) < 250)
  }

  @Test("a part may be left empty on purpose")
  func emptyParts() throws {
    let split = try Split(rows: 10, fractions: .init(0.8, 0.2, 0), seed: 1)
    #expect(split.training.count == 8 && split.validation.count == 2 && split.test.isEmpty)
    let all = try Split(rows: 1, fractions: .init(1, 0, 0), seed: 1)
    #expect(all.training == [0])
    #expect(try Split.sizes(rows: 4, .init(0.98, 0.01, 0.01)) == [2, 1, 1])
  }

  @Test("rows that cannot be split are an error with a hint")
  func refusals() throws {
    let two = #expect(throws: Failure.self) { try Split(rows: 2, seed: 1) }
    #expect(two?.message == "2 rows for 3 parts of a split")
    #expect(throws: Failure.self) { try Split(rows: 0, seed: 1) }
    for fractions in [
      Split.Fractions(0.7, 0.2, 0.2), .init(0, 0.5, 0.5), .init(1.2, -0.1, -0.1),
      .init(.nan, 0.5, 0.5),
    ] {
      #expect(throws: Failure.self) {
        try Split(rows: 100, fractions: fractions, seed: 1)
      }
    }
  }
}
