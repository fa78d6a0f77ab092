import Checks
import Engine
import Testing

@Suite struct CPUTests {
  @Test("cpu agrees with the reference", arguments: PrimitiveCase.all)
  func agreesWithReference(_ row: PrimitiveCase) throws {
    let report = try row.check(on: CPUDevice<Float>(threads: 2), traits: .plain)
    print("cpu \(row): largest difference \(report.worst), bound \(row.bound)")
    #expect(report.worst <= row.bound, "\(row): \(report.worst) exceeds \(row.bound)")
    #expect(report.isRepeatable, "\(row): two runs differ")
    #expect(report.keepsPadding, "\(row): padding is not zero")
  }

  @Test("bits do not depend on the number of threads", arguments: PrimitiveCase.all)
  func threadsDoNotMatter(_ row: PrimitiveCase) throws {
    let fixture = Fixture(row)
    let results = try [1, 2, 3].map { threads in
      try fixture.results(of: CPUDevice<Float>(threads: threads).program(fixture.graph))
    }
    for (value, elements) in results[0] {
      for other in results[1...] {
        #expect(
          other[value]?.map(\.bitPattern) == elements.map(\.bitPattern), "\(row): \(value)")
      }
    }
  }

  /// The executor's tiles and slots, apart from the arithmetic of `Float`.
  @Test("the reference on three threads is the reference", arguments: PrimitiveCase.all)
  func tilesDoNotMatter(_ row: PrimitiveCase) throws {
    let fixture = Fixture(row)
    let one = try fixture.results(of: CPUDevice<Double>().program(fixture.graph))
    let three = try fixture.results(of: CPUDevice<Double>(threads: 3).program(fixture.graph))
    #expect(one.count > 1)
    for (value, elements) in one {
      // As bits: a nan is not equal to itself.
      #expect(three[value]?.map(\.bitPattern) == elements.map(\.bitPattern), "\(row): \(value)")
    }
  }
}
