/// Chooses the parameters of a trial.
///
/// What it chooses follows from its seed, the number of the trial and the trials that are given, and
/// from nothing else.
package protocol Sampler: Sendable {
  /// - Parameters:
  ///   - group: parameters that are chosen together.
  ///   - number: of the trial.
  ///   - trials: all others of the study.
  /// - Returns: a number for each parameter, as the journal has it.
  func sample(_ group: [SearchParameter], trial number: Int, among trials: [Trial]) -> [Double]
}

/// Every value as probable as any other, whatever came of the trials before.
package struct RandomSampler: Sampler {
  private let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  package func sample(
    _ group: [SearchParameter], trial number: Int, among trials: [Trial]
  ) -> [Double] {
    group.map { parameter in
      var random = TrialRandom(seed: seed, trial: number, dimension: parameter.place)
      return parameter.distribution.number(at: random.next())
    }
  }
}

/// Points of Halton's sequence, which fill the space more evenly than random ones.
///
/// Trial `n` has in dimension `d` the radical inverse of `n + 1` in the d-th prime number, shifted by
/// a random amount modulo 1 (Cranley and Patterson 1976). Beyond some ten dimensions the first
/// hundred points are no better than random ones.
package struct HaltonSampler: Sampler {
  private let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  package func sample(
    _ group: [SearchParameter], trial number: Int, among trials: [Trial]
  ) -> [Double] {
    group.map { parameter in
      // Of no trial: the shift is the same for all.
      var random = TrialRandom(
        seed: seed, trial: Int(UInt32.max), dimension: parameter.place)
      let point = Self.inverse(number + 1, base: Self.prime(parameter.place)) + random.next()
      return parameter.distribution.number(at: point - point.rounded(.down))
    }
  }

  /// The digits of a number behind the point, the last one first.
  private static func inverse(_ number: Int, base: Int) -> Double {
    var (rest, scale, sum) = (number, 1.0, 0.0)
    while rest > 0 {
      scale /= Double(base)
      sum += scale * Double(rest % base)
      rest /= base
    }
    return sum
  }

  private static func prime(_ index: Int) -> Int {
    var primes: [Int] = []
    var number = 1
    while primes.count <= index {
      number += 1
      if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
    }
    return number
  }
}
