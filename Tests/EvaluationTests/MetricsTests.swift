import Glibc
import Physics
import Testing

@testable import Evaluation

/// Metrics by hand: an OCS at 90°, and a prediction that misses two coordinates.
@Suite struct MetricsTests {
  private let molecule = Molecule.carbonylSulfide
  private let truth: [Float] = [0, 0, 0, 2, 0, 0, 0, 4, 0]

  private func metrics(_ predicted: [Float], momenta: [Float]? = nil) -> PositionMetrics {
    PositionMetrics(
      predicted: predicted, truth: truth, momenta: momenta ?? exploded, molecule: molecule,
      threads: 1)
  }

  /// The momenta of the true molecule.
  private var exploded: [Float] {
    CoulombExplosion(accuracy: .precise).explode(truth.map(Double.init)).momenta.map { Float($0) }
  }

  @Test("a perfect prediction is perfect")
  func perfect() {
    let result = metrics(truth)
    #expect(result.mse == 0 && result.mae == 0 && result.mrePercent == 0 && result.worst == 0)
    #expect(result.energyDiff1 < 1e-6 && result.shape.map(\.error) == [0, 0, 0])
    #expect(result.shape.map(\.key) == ["bond_co", "bond_cs", "angle_ocs"])
    #expect((result.resimulation.median ?? 1) < 1e-5)
  }

  @Test("errors are those of the formulas")
  func formulas() {
    // O at 2.5 instead of 2, S at 3 instead of 4.
    let result = metrics([0, 0, 0, 2.5, 0, 0, 0, 3, 0])
    #expect(abs(result.mse - (0.25 + 1) / 9) < 1e-12)
    #expect(abs(result.mae - 1.5 / 9) < 1e-12)
    #expect(abs(result.mrePercent - 100 * (0.25 + 0.25) / 9) < 1e-9)
    #expect(abs(result.mre2Percent - 100 * (0.0625 + 0.0625) / 9) < 1e-9)
    #expect(result.medianMREPercent == 0)
    let before = 4 / 2.0 + 4 / 4.0 + 4 / 20.0.squareRoot()
    let after = 4 / 2.5 + 4 / 3.0 + 4 / 15.25.squareRoot()
    #expect(abs(result.energyDiff1 - abs(before - after) / before) < 1e-6)
    #expect(abs(result.energyDiff2 - pow((before - after) / before, 2)) < 1e-6)
    #expect(result.shape.prefix(2).map(\.error) == [0.5, 1] && result.shape[2].error < 1e-9)
    #expect(result.columns.map(\.name) == molecule.positionColumns)
    #expect(result.columns[3].mse == 0.25 && result.columns[7].mae == 1)
    #expect((result.resimulation.median ?? 0) > 0.05)
  }

  @Test("the angle is that at carbon")
  func angle() {
    // S moved so that O–C–S is 135°.
    let s = Float(8.0.squareRoot())
    let result = metrics([0, 0, 0, 2, 0, 0, -s, s, 0])
    #expect(abs(result.shape[2].error - 45) < 1e-5 && result.shape[1].error < 1e-6)
  }

  @Test("non-finite predictions are counted and left out")
  func notFinite() {
    let twice = PositionMetrics(
      predicted: truth + [.nan] + truth.dropFirst(), truth: truth + truth,
      momenta: exploded + exploded, molecule: molecule, threads: 1)
    #expect(twice.notFinite == 1 && twice.rows == 1 && twice.mse == 0)
    #expect((twice.resimulation.median ?? 1) < 1e-5)
  }

  @Test("of no finite prediction there are no errors, instead of none")
  func noneFinite() {
    let none = metrics(truth.map { _ in .infinity })
    #expect(none.notFinite == 1 && none.rows == 0)
    #expect(none.all.allSatisfy { $0.value == nil }, "\(none.all)")
    #expect(none.columns.allSatisfy { $0.mse.isNaN && $0.mae.isNaN && $0.mrePercent.isNaN })
  }

  @Test("rows without momenta are not in the energies and the re-simulation, and are counted")
  func withoutMomenta() {
    let twice = PositionMetrics(
      predicted: truth + truth, truth: truth + truth, momenta: exploded + truth.map { _ in 0 },
      molecule: molecule, threads: 1)
    #expect(twice.rows == 2 && twice.withoutEnergy == 1 && twice.mse == 0)
    #expect(twice.energyDiff1 < 1e-6 && twice.energyDiff2 < 1e-9)
    #expect((twice.resimulation.percentile95 ?? 1) < 1e-5)
    let none = metrics(truth, momenta: truth.map { _ in 0 })
    #expect(none.energyDiff1.isNaN && none.resimulation.median == nil && none.mse == 0)
  }

  @Test("re-simulation: median, 95th percentile, and the share within a percent")
  func resimulation() {
    let errors = (0...100).map { Double($0) / 1000 } + [.infinity]
    let result = Resimulation(errors: errors)
    #expect(abs((result.median ?? 0) - 0.0505) < 1e-12)
    #expect(abs((result.percentile95 ?? 0) - 0.09595) < 1e-12)
    // 0, 0.001 … 0.010 of 102.
    #expect(result.withinOnePercent == 11.0 / 102)
    let none = Resimulation(errors: [])
    #expect(none.median == nil && none.percentile95 == nil && none.withinOnePercent == nil)
  }

  @Test("predictions that do not explode have the largest error")
  func coincident() {
    let errors = Resimulation.errors(
      truth.map { _ in 1 } + truth, momenta: exploded + exploded, molecule: molecule, threads: 1)
    #expect(errors.count == 2 && errors[0] == .infinity && errors[1] < 1e-5)
  }
}
