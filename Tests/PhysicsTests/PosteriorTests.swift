import Foundation
import Physics
import Randomness
import Testing
import Text

/// Posteriors of noisy momenta.
@Suite struct PosteriorTests {
  private static let molecule = Molecule.carbonylSulfide

  private static func detector() throws -> MomentumNoise {
    MomentumNoise(
      .ions(try [1.5, 2, 2.5].map { try IonCovariance(plane: $0, flight: 1, axis: .z) }), jet: 1)
  }

  /// How far up the true value is among samples, from 0 to 1, and the effective size over n.
  private func ranks(
    _ family: GeometryFamily, _ noise: MomentumNoise, rows: Int, draws: Int
  ) throws -> (ranks: [[Double]], efficiencies: [Double]) {
    let generator = try DataSetGenerator(family, seed: 11, accuracy: .precise, noise: noise)
    var data = [Double](repeating: 0, count: rows * 18)
    data.withUnsafeMutableBufferPointer { _ = generator.makeRows(0..<rows, into: $0) }
    let sampler = PosteriorSampler(
      ExactTests.solver, try GeometryPrior(family, of: Self.molecule), noise, draws: draws, seed: 3)
    let momenta = (0..<rows).flatMap { data[18 * $0 + 9..<18 * $0 + 18] }
    let posteriors = sampler.sample(momenta, first: 0)
    let ranks = posteriors.enumerated().map { i, posterior in
      #expect(posterior.status == .sampled)
      #expect(posterior.samples.count == draws)
      #expect(abs(posterior.samples.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
      #expect(posterior.samples.allSatisfy { $0.positions.allSatisfy(\.isFinite) })
      let truth = Self.bondsAndAngle(Array(data[18 * i..<18 * i + 9]))
      return truth.indices.map { k in
        let below = posterior.samples.reduce(0) {
          $0 + (Self.bondsAndAngle($1.positions)[k] < truth[k] ? $1.weight : 0)
        }
        // Anywhere between two samples is as probable as anywhere else.
        var random = RowRandom(seed: 1, stream: .tie, row: 3 * i + k)
        let n = posterior.effectiveSize
        return (below * n + random.uniform()) / (n + 1)
      }
    }
    return (ranks, posteriors.map { $0.effectiveSize / Double(draws) })
  }

  private static func bondsAndAngle(_ x: [Double]) -> [Double] {
    let a = (0..<3).map { x[3 + $0] - x[$0] }, b = (0..<3).map { x[6 + $0] - x[$0] }
    let cosine = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / (norm(a) * norm(b))
    return [norm(a), norm(b), acos(max(-1, min(1, cosine)))]
  }

  private static let cases: [(GeometryFamily, Bool, rows: Int)] = [
    (.random(RandomFamily()), false, 120), (.equilibrium(EquilibriumFamily()), true, 120),
  ]

  /// With IMPLODE_EVENTS=2000 the measurement of docs/inverse.md.
  private static let events = ProcessInfo.processInfo.environment["IMPLODE_EVENTS"].flatMap {
    Int($0)
  }

  @Test(
    "the true bonds and angle are anywhere among the samples, as often as anywhere else",
    arguments: cases)
  func calibration(family: GeometryFamily, isDetector: Bool, rows: Int) throws {
    let noises = isDetector ? [try Self.detector()] : [MomentumNoise(.absolute(2), jet: 0)]
    for noise in Self.events == nil ? noises : noises + [.relative(0.01), .absolute(2)] {
      let rows = Self.events ?? rows
      let (ranks, efficiencies) = try ranks(family, noise, rows: rows, draws: 64)
      let sorted = efficiencies.sorted()
      let name = "\(family) \(noise)"
      if Self.events != nil {
        print(name, "ESS/n 5 %:", sorted[rows / 20], "50 %:", sorted[rows / 2])
      }
      #expect(sorted[rows / 2] > 0.6, "\(name)")
      for k in 0..<3 {
        let mine = ranks.map { $0[k] }
        for level in [0.5, 0.8, 0.9, 0.95] {
          let inside = mine.count { abs($0 - 0.5) < level / 2 }
          let error = (level * (1 - level) / Double(rows)).squareRoot()
          let share = Double(inside) / Double(rows)
          if Self.events != nil { print(name, k, level, share, "±", error) }
          // Of 24 comparisons in a run one is beyond 3.5 errors once in ninety runs; a weighted
          // sample of 64 moves a quantile by about a hundredth more.
          #expect(abs(share - level) < 3.5 * error + 0.01, "\(name) \(k) \(level): \(share)")
        }
        let p = Self.kolmogorov(mine)
        if Self.events != nil { print(name, k, "KS p", p) }
        #expect(p > 1e-3, "\(name) \(k)")
      }
    }
  }

  /// The probability that uniform numbers differ as much from uniformity (Kolmogorov, Smirnov).
  private static func kolmogorov(_ x: [Double]) -> Double {
    let sorted = x.sorted(), n = Double(x.count)
    let distance = sorted.enumerated().reduce(0) { worst, next in
      max(worst, Double(next.offset + 1) / n - next.element, next.element - Double(next.offset) / n)
    }
    let z = distance * (n.squareRoot() + 0.12 + 0.11 / n.squareRoot())
    var sum = 0.0
    for k in 1...100 {
      let term: Double = exp(-2 * Double(k * k) * z * z)
      sum += k % 2 == 1 ? term : -term
    }
    return min(1, 2 * sum)
  }

  @Test("with hardly any noise the samples are the exact geometries, and the evidence their sum")
  func littleNoise() throws {
    let family = GeometryFamily.random(RandomFamily())
    let rows = 20
    let positions = try family.positions(0..<rows, of: Self.molecule, seed: 5)
    let momenta = CoulombExplosion(accuracy: .precise).explode(positions).momenta
    let prior = try GeometryPrior(family, of: Self.molecule)
    let noise = MomentumNoise(.absolute(1e-4), jet: .infinity)
    let sampler = PosteriorSampler(ExactTests.solver, prior, noise, draws: 64, seed: 1)
    let exact = ExactTests.solver.solve(momenta)
    // The volume of the family, from the share of pairs that are too close.
    for (event, posterior) in zip(exact, sampler.sample(momenta, first: 0)) {
      let masses = event.geometries.map { prior.density($0.positions) / $0.determinant }
      let evidence = log(masses.reduce(0, +)) - prior.logVolume
      #expect(abs(posterior.logEvidence - evidence) < 1e-3)
      #expect(posterior.effectiveSize > 60)
      #expect(posterior.geometries == event.geometries.count)
      for sample in posterior.samples where sample.weight > 0 {
        let nearest = event.geometries.map { geometry in
          norm(zip(geometry.positions, sample.positions).map { $0 - $1 })
        }.min()
        #expect((nearest ?? 1) < 0.05)
      }
    }
  }

  @Test("the volume of a family is the integral of its density")
  func volumes() throws {
    let oriented = OrientedFamily(leastAngle: 100, offset: 0)
    // E[g/p] = 1 for a density g that is 0 where p is: here one of bonds and angle in ranges.
    let ranges = try GeometryPrior(.oriented(oriented), of: Self.molecule)
    for family: GeometryFamily in [
      .random(RandomFamily(shape: .cube(half: 3), closest: 1.5)),
      .oriented(OrientedFamily(leastAngle: 60)),
    ] {
      let prior = try GeometryPrior(family, of: Self.molecule)
      let rows = try family.positions(0..<20_000, of: Self.molecule, seed: 4)
      let ratios = stride(from: 0, to: rows.count, by: 9).map { begin in
        let row = Array(rows[begin..<begin + 9])
        return ranges.density(row) / prior.density(row)
      }
      let error = deviation(ratios) / Double(ratios.count).squareRoot()
      let found = log(mean(ratios)) - ranges.logVolume + prior.logVolume
      // Not all of the ranges is in the cube.
      if case .oriented = family { #expect(abs(found) < 4 * error / mean(ratios)) }
      #expect(error / mean(ratios) < 0.1)
    }
    let hot = GeometryFamily.equilibrium(EquilibriumFamily(temperature: 3000))
    for name in ["OCS", "H2O"] {
      let molecule = try #require(Molecule.known.first { $0.name == name })
      let prior = try GeometryPrior(hot, of: molecule)
      let rows = try hot.positions(0..<20_000, of: molecule, seed: 4)
      // g: bonds and angle within a tenth of the mean ones.
      let all = stride(from: 0, to: rows.count, by: 9).map { Array(rows[$0..<$0 + 9]) }
      let centers = all.map(Self.bondsAndAngle)
      let (r, s) = (mean(centers.map { $0[0] }), mean(centers.map { $0[1] }))
      let angles = name == "OCS" ? 150...175.0 : 95...112.0
      let g = { (x: [Double]) -> Double in
        let b = Self.bondsAndAngle(x), degrees = b[2] * 180 / .pi
        guard abs(b[0] / r - 1) < 0.05, abs(b[1] / s - 1) < 0.05, angles.contains(degrees) else {
          return 0
        }
        let width = (angles.upperBound - angles.lowerBound) * .pi / 180
        return 1 / (b[0] * b[0] * b[1] * b[1] * sin(b[2]) * 0.01 * r * s * width * 8 * .pi * .pi)
      }
      let ratios = all.map { g($0) / prior.density($0) * exp(prior.logVolume) }
      let error = deviation(ratios) / Double(ratios.count).squareRoot()
      #expect(error < 0.05)
      #expect(abs(mean(ratios) - 1) < 4 * error, "\(name): \(mean(ratios)) ± \(error)")
    }
  }

  @Test("draws depend on seed and number alone")
  func reproducible() throws {
    let family = GeometryFamily.random(RandomFamily())
    let positions = try family.positions(0..<6, of: Self.molecule, seed: 6)
    let momenta = CoulombExplosion(accuracy: .precise).explode(positions).momenta
    let prior = GeometryPrior.flat(Self.molecule)
    func samples(_ rows: Range<Int>, seed: UInt64 = 1) -> [[Double]] {
      let sampler = PosteriorSampler(
        ExactTests.solver, prior, .absolute(2), draws: 8, seed: seed)
      return sampler.sample(
        Array(momenta[9 * rows.lowerBound..<9 * rows.upperBound]), first: rows.lowerBound
      )
      .map { posterior in posterior.samples.flatMap { $0.positions + [$0.weight] } }
    }
    let all = samples(0..<6)
    #expect(samples(0..<2) + samples(2..<6) == all)
    #expect(samples(0..<6, seed: 2) != all)
  }

  @Test("momenta that are no measurement, and geometries that no family has")
  func impossible() throws {
    let nan = Double.nan
    let prior = try GeometryPrior(.equilibrium(EquilibriumFamily()), of: Self.molecule)
    let sampler = PosteriorSampler(ExactTests.solver, prior, .absolute(0.5), draws: 8, seed: 1)
    let bent = CoulombExplosion(accuracy: .precise).explode(bent(angle: 60)).momenta
    let found = sampler.sample(
      [nan, 1, 1, nan, 1, 1, 1, 1, 1] + [.infinity, 1, 1, 1, 1, 1, 1, 1, 1] + bent, first: 0)
    #expect(found[0].status == .impossible && found[0].samples.isEmpty)
    #expect(found[1].status == .impossible)
    #expect(found[2].status != .impossible)
  }
}
