import Testing

@testable import Evaluation

/// P-values of ranks.
@Suite struct KolmogorovSmirnovTests {
  @Test(
    "Kolmogorov's distribution",
    // From published tables of the limiting distribution.
    arguments: [
      (0.5, 0.963_945), (1, 0.269_999_7), (1.18, 0.123_453), (1.358_1, 0.05), (1.627_6, 0.01),
      (2, 0.000_670_925),
    ])
  func kolmogorov(lambda: Double, probability: Double) {
    #expect(abs(KolmogorovSmirnov.tail(lambda) - probability) < 2e-5)
  }

  @Test(
    "p-values are those of the exact distribution",
    // Durbin's matrix in rational arithmetic up to 50 values, with 60 digits up to 500; above by
    // scipy.stats.kstwo.
    arguments: [
      (1, 0.9, 0.2, 1e-10), (2, 0.6, 0.32, 1e-10), (5, 0.3, 0.664, 1e-10),
      (8, 0.2, 0.848_377_928_198_242_2, 1e-10), (8, 0.35, 0.221_534_870_520_019_52, 1e-10),
      (8, 0.5, 0.022_590_637_207_031_25, 1e-10), (8, 0.05, 1, 0),
      (10, 0.274, 0.371_520_384_545_493_57, 1e-10), (20, 0.2, 0.352_720_173_623_416_07, 1e-10),
      (20, 0.35, 0.010_754_963_444_390_501, 1e-10), (50, 0.12, 0.433_767_966_131_023_25, 1e-10),
      (50, 0.2, 0.031_438_777_695_344_51, 1e-10), (100, 0.05, 0.953_215_971_063_572_5, 1e-10),
      (100, 0.08, 0.518_219_364_548_067_2, 1e-10), (100, 0.2, 0.000_555_192_732_798_877_5, 1e-10),
      (500, 0.03, 0.747_316_622_180_843_7, 1e-10), (500, 0.06, 0.052_434_595_771_508_41, 1e-10),
      (500, 0.1, 8.342_293_067_263_533e-5, 1e-11), (900, 0.03, 0.385_166_180_195_191_1, 5e-5),
      (2000, 0.02, 0.395_313_362_689_204_5, 5e-5), (2000, 0.035, 0.014_538_080_722_665_818, 5e-5),
      (2000, 0.06, 1.060_430_694_336_580_4e-6, 1e-13),
      (2000, 0.2, 1.355_065_445_704_170_8e-70, 1e-77),
      (100_000, 0.003, 0.328_456_332_772_695_6, 1e-6),
      (100_000, 0.008, 5.491_331_159_979_234e-6, 1e-12), (3, 1, 0, 0),
    ] as [(Int, Double, Double, Double)])
  func exact(count: Int, distance: Double, probability: Double, error: Double) {
    let found = KolmogorovSmirnov.pValue(distance: distance, count: count)
    #expect(abs(found - probability) <= error, "\(found - probability)")
  }

  @Test("the distance from the diagonal, by hand")
  func distance() {
    #expect(abs(KolmogorovSmirnov.distance([0.1, 0.4, 0.7]) - 0.3) < 1e-15)
    #expect(KolmogorovSmirnov.distance([0.9]) == 0.9)
    #expect(KolmogorovSmirnov.pValue((0..<100).map { (Double($0) + 0.5) / 100 }) > 0.999)
    #expect(KolmogorovSmirnov.pValue((0..<100).map { Double($0) / 200 }) < 1e-20)
  }

  @Test("the two methods agree where one takes over from the other", arguments: [30, 100, 500])
  func seam(count: Int) {
    let distance = (3 / Double(count)).squareRoot()
    let below = KolmogorovSmirnov.pValue(distance: distance * (1 - 1e-12), count: count)
    let above = KolmogorovSmirnov.pValue(distance: distance * (1 + 1e-12), count: count)
    #expect(abs(below / above - 1) < 1e-7)
  }
}
