import CHostMath
import Checks
import TestSupport
import Testing
import Text

@testable import Engine

@Suite struct PrecisionTests {
  /// Every upper half of a number, with lower halves on and beside the ties of both formats.
  private static let numbers: [Float] = (0...UInt32(0xFFFF)).flatMap { high in
    [0, 1, 0x0FFF, 0x1000, 0x1001, 0x3000, 0x7FFF, 0x8000, 0x8001, 0xF000, 0xFFFF].map {
      Float(bitPattern: high << 16 | $0)
    }
  }

  @Test(
    "rounding is to the nearest number of the format", .inReleaseBuilds,
    arguments: ProductPrecision.allCases)
  func nearest(_ precision: ProductPrecision) {
    var worst: Float?
    for x in Self.numbers where !matches(precision.rounded(x), expected(x, precision)) {
      worst = x
    }
    #expect(worst == nil)
  }

  /// The definition by arithmetic: a whole number of last places.
  private func expected(_ x: Float, _ precision: ProductPrecision) -> Float {
    let bits = [.fp32: 24, .tf32x3: 24, .bf16: 8, .tf32: 11][precision] ?? 0
    guard x.isFinite, x != 0 else { return x }
    let exponent = max(Int(x.exponent), -126) - (bits - 1)
    let place = Double(sign: .plus, exponent: exponent, significand: 1)
    let rule: FloatingPointRoundingRule =
      precision == .tf32 ? .toNearestOrAwayFromZero : .toNearestOrEven
    return Float((Double(x) / place).rounded(rule) * place)
  }

  private func matches(_ a: Float, _ b: Float) -> Bool {
    a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
  }

  @Test(
    "the loops in C round alike", .inReleaseBuilds, arguments: ProductPrecision.allCases)
  func loops(_ precision: ProductPrecision) {
    var rounded = Self.numbers
    hm_round(precision.code, rounded.count, &rounded)
    let same = zip(Self.numbers, rounded).allSatisfy { matches(precision.rounded($0), $1) }
    #expect(same)
  }

  @Test(
    "the bound of each row is small enough to detect another precision", .inReleaseBuilds,
    arguments: PrimitiveCase.narrowed)
  func rowsCanFail(_ row: PrimitiveCase) throws {
    for other in ProductPrecision.allCases
    where other.rounded(Float.pi) != row.precision.rounded(Float.pi) {
      let (fixture, wrong) = (Fixture(row), Fixture(row.multiplying(other)))
      let (right, others) = (
        CPUDevice<Double>().program(fixture.graph),
        try wrong.results(of: CPUDevice<Float>(threads: 2).program(wrong.graph))
      )
      try fixture.fill(right)
      try fixture.run(right)
      for result in fixture.graph.results(for: .plain)
      where result.kernels.contains(where: { $0.hasPrefix("dense") }) {
        let worst =
          result.values.map {
            PrimitiveCase.error(of: others[$0] ?? [], against: right.elements(of: $0))
          }.max() ?? 0
        #expect(worst > 10 * row.bound, "\(row), \(other), \(result.kernels): \(worst)")
      }
    }
  }

  @Test("narrow layers are not affected by the precision")
  func narrowLayers() {
    func launches(_ precision: ProductPrecision, width: Int) -> ([Launch], Int) {
      var graph = Graph()
      graph.productPrecision = precision
      let x = graph.input(Shape(3, 128))
      _ = graph.dense(
        x, weight: graph.input(Shape(width, 128)), bias: graph.input(Shape(1, width)))
      return (graph.launches(for: .plain), graph.narrowedLayers)
    }
    #expect(launches(.bf16, width: 256) == launches(.fp32, width: 256))
    #expect(launches(.bf16, width: 257).0 != launches(.fp32, width: 257).0)
    #expect(launches(.bf16, width: 257).1 == 1)
    #expect(launches(.fp32, width: 257).1 == 0)
  }

  @Test("bf16 by pairs and by tiles keeps the precision, its instructions emulated")
  func emulatedUnits() { #expect(hm_emulated_pairs_keep_precision()) }

  @Test("units are used only if their products keep the precision")
  func keeping() {
    let plain: hm_product_function = {
      hm_narrowed_product(HM_FP32, $0, $1, $2, $3, $4, $5, $6, $7, $8)
    }
    #expect(hm_keeps_precision(HM_FP32, plain))
    let rounded: [(hm_precision, hm_product_function)] = [
      (HM_BF16, { hm_narrowed_product(HM_BF16, $0, $1, $2, $3, $4, $5, $6, $7, $8) }),
      (HM_TF32, { hm_narrowed_product(HM_TF32, $0, $1, $2, $3, $4, $5, $6, $7, $8) }),
    ]
    for (i, product) in rounded.enumerated() {
      #expect(hm_keeps_precision(product.0, product.1))
      // Factors that are not rounded, or rounded to something else.
      #expect(!hm_keeps_precision(product.0, plain))
      #expect(!hm_keeps_precision(product.0, rounded[1 - i].1))
      #expect(!hm_keeps_precision(HM_FP32, product.1))
    }
    let wrong: [hm_product_function] = [
      { _, _, _, _, _, _, _, _, _ in },
      // Of c, more is written than the product, or less.
      { hm_narrowed_product(HM_FP32, $0, $1 + 1, $2, $3, $4, $5, $6, $7, $8) },
      { hm_narrowed_product(HM_FP32, $0, $1 - 1, $2, $3, $4, $5, $6, $7, $8) },
      // The last term is left out.
      { hm_narrowed_product(HM_FP32, $0, $1, $2 - 1, $3, $4, $5, $6, $7, $8) },
      // c is added to that should be set, or the other way round.
      { hm_narrowed_product(HM_FP32, $0, $1, $2, $3, $4, true, $6, $7, $8) },
      { hm_narrowed_product(HM_FP32, $0, $1, $2, $3, $4, false, $6, $7, $8) },
    ]
    for product in wrong { #expect(!hm_keeps_precision(HM_FP32, product)) }
  }

  @Test(
    "a product divided by rows or columns has the same bits", arguments: ProductPrecision.allCases)
  func pieces(_ precision: ProductPrecision) {
    let (rows, columns, depth) = (61, 77, 300)
    let a = Self.random(rows * depth, 3), b = Self.random(depth * columns, 5)
    let whole = product(precision, 0..<rows, 0..<columns, depth, a, b, columns)
    for (top, left) in [(1, 1), (13, 40), (60, 76)] {
      for (i, j) in [
        (0..<top, 0..<left), (0..<top, left..<columns), (top..<rows, 0..<left),
        (top..<rows, left..<columns),
      ] {
        let part = product(precision, i, j, depth, a, b, columns)
        let same = i.allSatisfy { row in
          j.allSatisfy { column in
            part[(row - i.lowerBound) * j.count + column - j.lowerBound].bitPattern
              == whole[row * columns + column].bitPattern
          }
        }
        #expect(same, "rows \(i), columns \(j)")
      }
    }
  }

  private static func random(_ count: Int, _ seed: UInt32) -> [Float] {
    (0..<count).map { Float(Int32(bitPattern: UInt32($0) &* 2_654_435_769 &+ seed)) * 0x1p-31 }
  }

  private func product(
    _ precision: ProductPrecision, _ rows: Range<Int>, _ columns: Range<Int>, _ depth: Int,
    _ a: [Float], _ b: [Float], _ width: Int
  ) -> [Float] {
    var c = [Float](repeating: .nan, count: rows.count * columns.count)
    let workspace: UnsafeMutableBufferPointer<Float> = allocateAligned(Float.multiplyWorkspace)
    defer { workspace.deallocate() }
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        hm_narrowed_product(
          precision.code, rows.count, columns.count, depth,
          hm_operand(
            elements: a.baseAddress.map { $0 + rows.lowerBound * depth }, stride: depth,
            transposed: false),
          hm_operand(
            elements: b.baseAddress.map { $0 + columns.lowerBound }, stride: width,
            transposed: false), false, &c, columns.count, workspace.baseAddress)
      }
    }
    return c
  }
}
