import Testing

@testable import Training

@Suite struct LearningRateTests {
  private func rates(_ adjust: (inout LearningRate) -> Void, epochs: Int = 4) -> [Float] {
    var rate = LearningRate()
    rate.rate = 1
    adjust(&rate)
    return (0..<epochs).flatMap { rate.rates(epoch: $0, of: epochs, steps: 2, factor: 1) }
  }

  @Test("schedules, step by step")
  func schedules() {
    #expect(rates { _ in } == [Float](repeating: 1, count: 8))
    #expect(rates { $0.warmup = 2 } == [0.25, 0.5, 0.75, 1, 1, 1, 1, 1])
    let cosine = rates {
      $0.schedule = .cosine
      $0.minimum = 0.2
    }
    for (rate, expected) in zip(cosine, [1, 0.9695518, 0.8828427, 0.7530734, 0.6]) {
      #expect(abs(rate - Float(expected)) < 1e-6)
    }
    #expect(cosine.sorted(by: >) == cosine && (cosine.last ?? 0) > 0.2)
  }

  @Test("plateaus and setbacks multiply the rate")
  func factor() {
    var rate = LearningRate()
    (rate.rate, rate.minimum) = (1, 0.1)
    #expect(rate.rates(epoch: 0, of: 9, steps: 1, factor: 0.5) == [0.5])
    #expect(rate.rates(epoch: 0, of: 9, steps: 1, factor: 0.01) == [0.1])
  }
}
