import Glibc
import Physics
import Testing
import Text

@Suite struct NormalModeTests {
  let masses = Molecule.carbonylSulfide.masses

  @Test("the frequencies come back from the Hessian of the force constants")
  func frequencies() throws {
    let field = LinearField()
    let constants = try field.bondConstants(masses: masses) / Units.millidynePerAngstrom
    #expect(abs(constants.x - 15.50) < 0.006 && abs(constants.y - 7.26) < 0.006)
    let modes = NormalModes(hessian: try field.hessian(masses: masses), masses: masses)
    #expect(modes.wavenumbers.count == 4)
    for (mode, expected) in zip(modes.wavenumbers, [520.0, 520, 859, 2062]) {
      #expect(abs(mode - expected) < 1e-6)
    }
  }

  @Test("modes are orthonormal in the masses and move neither the center nor the frame")
  func modes() throws {
    let modes = NormalModes(hessian: try LinearField().hessian(masses: masses), masses: masses)
    let places = [0.0, -2.186, 2.952]
    for (i, a) in modes.displacements.enumerated() {
      for (j, b) in modes.displacements.enumerated() {
        let product = (0..<9).reduce(0) { $0 + masses[$1 / 3] * a[$1] * b[$1] }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-12)
      }
      for axis in 0..<3 {
        let drift = (0..<3).reduce(0) { $0 + masses[$1] * a[3 * $1 + axis] }
        #expect(abs(drift) < 1e-10)
        let turn = (0..<3).reduce(0) { $0 + masses[$1] * places[$1] * a[3 * $1 + axis] }
        #expect(axis == 0 || abs(turn) < 1e-9)
      }
    }
  }

  @Test("the variance is coth(ω/2kT)/2ω")
  func variance() {
    let omega = 520 * Units.wavenumber
    let cold = EquilibriumFamily.variance(frequency: omega, temperature: 0)
    #expect(abs(cold * 2 * omega - 1) < 1e-15)
    // Hot enough to be classical: kT/ω².
    let hot = EquilibriumFamily.variance(frequency: omega, temperature: 1e6)
    #expect(abs(hot * omega * omega / (Units.kelvin * 1e6) - 1) < 1e-6)
    let room = EquilibriumFamily.variance(frequency: omega, temperature: 300)
    #expect(abs(room / cold - 1 / tanh(520 / (2 * 0.695034800 * 300))) < 1e-6)
  }

  @Test("frequencies that no bonds can have are refused")
  func impossible() {
    var field = LinearField()
    field.stretches = SIMD2(2000, 2062)
    #expect(throws: Failure.self) { _ = try field.bondConstants(masses: masses) }
  }
}
