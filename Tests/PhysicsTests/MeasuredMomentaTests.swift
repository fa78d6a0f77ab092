import Glibc
import Physics
import Randomness
import Testing
import Text

/// What noisy momenta say of the true ones.
@Suite struct MeasuredMomentaTests {
  private static let masses = [2.0, 6.0]

  @Test("two ions: with the total known, unknown, partly known, and one ion alone")
  func closedForms() throws {
    // p of the second ion, from p₁ = −u and p₂ = u with the noise 1: M = 8.
    let p = [-1.0, 2, 3, 4, 5, -6]
    func measured(_ p: [Double], _ noise: MomentumNoise) throws -> (
      center: [Double], variance: Double
    ) {
      let m = try #require(MeasuredMomenta(p, noise, masses: Self.masses))
      for i in 0..<3 {
        for j in 0..<3 where i != j { #expect(abs(m.covariance[3 * i + j]) < 1e-14) }
      }
      #expect(abs(m.covariance[0] - m.covariance[4]) < 1e-14)
      return (m.center, m.covariance[8])
    }
    let known = try measured(p, .absolute(1))
    for axis in 0..<3 { #expect(abs(known.center[axis] - (p[3 + axis] - p[axis]) / 2) < 1e-14) }
    #expect(abs(known.variance - 0.5) < 1e-14)
    // About the center of mass: (2 p₂ − 6 p₁)/8, with the variance (4 + 36)/64.
    let unknown = try measured(p, MomentumNoise(.absolute(1), jet: .infinity))
    for axis in 0..<3 {
      #expect(abs(unknown.center[axis] - (2 * p[3 + axis] - 6 * p[axis]) / 8) < 1e-14)
    }
    #expect(abs(unknown.variance - 40.0 / 64) < 1e-14)
    // In between. C = 1 + 4 s sᵀ with the shares s = (¼, ¾) and a = (−1, 1): 1/aᵀC⁻¹a.
    let partly = try measured(p, MomentumNoise(.absolute(1), jet: 2))
    let c = [1 + 4.0 / 16, 4 * 3.0 / 16, 1 + 4 * 9.0 / 16]
    let precision = (c[2] + 2 * c[1] + c[0]) / (c[0] * c[2] - c[1] * c[1])
    #expect(abs(partly.variance - 1 / precision) < 1e-14)
    #expect(partly.variance > known.variance && partly.variance < unknown.variance)
    let alone = try measured([.nan, .nan, .nan, 4, 5, -6], .absolute(1))
    #expect(alone.center == [4, 5, -6])
    #expect(abs(alone.variance - 1) < 1e-14)
  }

  @Test("a total that was subtracted is not used as if it had been measured")
  func balanced() throws {
    // Measured (−1, 2, 3), (4, 5, −6), seen from the center of mass.
    let raw = [-1.0, 2, 3, 4, 5, -6]
    let total = (0..<3).map { raw[$0] + raw[3 + $0] }
    let p = raw.indices.map { raw[$0] - Self.masses[$0 / 3] / 8 * total[$0 % 3] }
    let subtracted = try #require(MeasuredMomenta(p, .absolute(1), masses: Self.masses))
    let unknown = try #require(
      MeasuredMomenta(raw, MomentumNoise(.absolute(1), jet: .infinity), masses: Self.masses))
    for (a, b) in zip(
      subtracted.center + subtracted.covariance, unknown.center + unknown.covariance)
    {
      #expect(abs(a - b) < 1e-14)
    }
  }

  @Test(
    "the likelihood is the normal distribution that center and covariance say",
    arguments: [
      MomentumNoise.absolute(2), MomentumNoise(.absolute(2), jet: 3),
      MomentumNoise(.absolute(2), jet: .infinity),
    ])
  func likelihood(noise: MomentumNoise) throws {
    let masses = [3.0, 5, 11]
    let p = [10.0, -4, 3, -20, 5, 1, 12, 1, -6]
    let m = try #require(MeasuredMomenta(p, noise, masses: masses))
    let root = try #require(Cholesky(m.covariance, count: 6))
    let top = m.logLikelihood(m.center)
    for row in 0..<20 {
      var random = RowRandom(seed: 1, stream: .example, row: row)
      let z = (0..<6).map { _ in random.normal() }
      let u = zip(m.center, root.times(z)).map { $0 + $1 }
      let square = z.reduce(0) { $0 + $1 * $1 }
      #expect(abs(m.logLikelihood(u) - top + square / 2) < 1e-10)
    }
  }

  @Test("an ion's covariance is used in all directions, and drawn")
  func covariance() throws {
    let ion = try IonCovariance([4, 1, 0.5, 2, -0.3, 1])
    let noise = MomentumNoise(.ions([ion, ion]))
    let far = 1e6
    let m = try #require(
      MeasuredMomenta([.nan, .nan, .nan, far, 0, 0], noise, masses: Self.masses))
    for (a, b) in zip(m.covariance, ion.matrix) { #expect(abs(a - b) < 1e-12) }
    // Two ions that are equally uncertain: half of it.
    let both = try #require(MeasuredMomenta([-far, 0, 0, far, 1, 2], noise, masses: Self.masses))
    for (a, b) in zip(both.covariance, ion.matrix) { #expect(abs(a - b / 2) < 1e-12) }
  }

  @Test("what cannot be known is refused")
  func refused() throws {
    let noise = MomentumNoise.absolute(1), masses = [3.0, 5, 11]
    let nan = Double.nan
    #expect(MeasuredMomenta([nan, 1, 1, nan, 1, 1, 1, 1, 1], noise, masses: masses) == nil)
    #expect(MeasuredMomenta([.infinity, 1, 1, 1, 1, 1, 1, 1, 1], noise, masses: masses) == nil)
    #expect(
      MeasuredMomenta(
        [nan, 1, 1, 1, 1, 1, 1, 1, 1], MomentumNoise(.absolute(1), jet: .infinity), masses: masses)
        == nil)
    #expect(throws: Failure.self) { _ = try IonCovariance([1, 2, 0, 1, 0, 1]) }
    #expect(throws: Failure.self) { _ = try IonCovariance([1, 0, 0, 0, 0, 1]) }
    #expect(throws: Failure.self) { _ = try IonCovariance([.nan, 0, 0, 1, 0, 1]) }
    #expect(throws: Failure.self) { _ = try IonCovariance(plane: 0, flight: 1, axis: .z) }
    #expect(throws: Failure.self) { try MomentumNoise(.ions([])).validate(atoms: 3) }
    #expect(throws: Failure.self) { try MomentumNoise(.absolute(1), jet: -1).validate(atoms: 3) }
  }
}
