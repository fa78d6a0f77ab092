import Physics
import Testing

@testable import Evaluation

/// Errors relative to the center of mass.
@Suite struct TranslationTests {
  private let molecule = Molecule.carbonylSulfide

  /// OCS at 90° with the center of mass at 0, and a larger one.
  private var centered: [Float] {
    let shape: [Float] = [0, 0, 0, 2, 0, 0, 0, 4, 0]
    let translation = Translation(of: shape, molecule, origin: .center)
    return [1, 1.5].flatMap { size in
      translation.applied(to: shape, molecule).map { size * $0 }
    }
  }

  private func moved(_ positions: [Float], by shifts: [[Float]]) -> [Float] {
    positions.enumerated().map { $1 + shifts[$0 / 9][$0 % 3] }
  }

  @Test("a center of mass at 0 changes no bit, whatever the origin", arguments: Origin.allCases)
  func atCenter(origin: Origin) {
    let translation = Translation(of: centered, molecule, origin: origin)
    #expect(translation.isZero && !translation.isRemoved && translation.origin == .center)
    #expect(translation.offset < 1e-6)
    // Predictions elsewhere are errors of the model.
    for positions in [centered, moved(centered, by: [[1, 2, 3], [4, 5, 6]])] {
      #expect(translation.applied(to: positions, molecule) == positions)
    }
  }

  @Test("the displacement, and what it adds to the squared error, by hand")
  func byHand() {
    let shifts: [[Float]] = [[1, 2, 2], [0, 0, 4]]
    let truth = moved(centered, by: shifts)
    let translation = Translation(of: truth, molecule, origin: .center)
    // |c|² is 9 and 16.
    #expect(abs(translation.offset - 12.5.squareRoot()) < 1e-6)
    #expect(abs(translation.mse - 12.5 / 3) < 1e-6)
    let back = translation.applied(to: truth, molecule)
    #expect(zip(back, centered).allSatisfy { abs($0 - $1) < 2e-6 })
    #expect(translation.origin == .center)
    let file = Translation(of: truth, molecule, origin: .file)
    #expect(file.applied(to: truth, molecule) == truth && file.origin == .file)
  }

  @Test("a perfect prediction but for the translation has no error left, and had the floor")
  func floor() {
    let truth = moved(centered, by: [[1, 2, 2], [0, 0, 4]])
    let momenta = CoulombExplosion(accuracy: .precise).explode(centered.map(Double.init)).momenta
      .map { Float($0) }
    for origin in Origin.allCases {
      let translation = Translation(of: truth, molecule, origin: origin)
      let metrics = PositionMetrics(
        predicted: translation.applied(to: centered, molecule),
        truth: translation.applied(to: truth, molecule), momenta: momenta, molecule: molecule,
        threads: 1)
      #expect(abs(metrics.mse - (origin == .center ? 0 : translation.mse)) < 1e-5, "\(origin)")
      #expect(metrics.energyDiff1 < 1e-5 && metrics.shape.allSatisfy { $0.error < 1e-3 })
    }
  }
}
