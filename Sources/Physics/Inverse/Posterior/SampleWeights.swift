import Glibc

/// Weights of samples that come with their density q, as those of a trained model do, so that they
/// are of the posterior p(x | p) ∝ prior(x) · N(p; p(x), Σ) of momenta that were measured with noise:
///   weight ∝ prior · likelihood/q.
///
/// For any number of atoms. Where q has nothing, neither have the samples: unlike `PosteriorSampler`,
/// which lists all geometries, it cannot tell.
package struct SampleWeights: Sendable {
  private let explosion: CoulombExplosion
  private let prior: GeometryPrior
  private let noise: MomentumNoise
  private let logVolume: Double
  /// log of the volume of positions about the center of mass, but for the heaviest atom, per volume
  /// of relative positions.
  private let logScale: Double

  package init(_ molecule: Molecule, _ prior: GeometryPrior, _ noise: MomentumNoise) {
    explosion = CoulombExplosion(molecule, accuracy: .precise)
    (self.prior, self.noise) = (prior, noise)
    logVolume = prior.logVolume
    logScale = 3 * log((molecule.masses.max() ?? 1) / molecule.mass)
  }

  /// - Parameters:
  ///   - momenta: Rows of 3N numbers, one for each event.
  ///   - samples: For each event the same number of rows of 3N positions.
  ///   - logDensities: log q of each, of the positions about the center of mass of all atoms but the
  ///     heaviest.
  ///   - charges: Of the ions of each event; nil for the molecule's.
  package func posteriors(
    _ momenta: [Double], samples: [Double], logDensities: [Double], charges: [Double]? = nil
  ) -> [Posterior] {
    let (width, atoms) = (explosion.molecule.width, explosion.molecule.atoms)
    let events = momenta.count / width
    guard events > 0 else { return [] }
    let count = logDensities.count / events
    precondition(samples.count == events * count * width, "\(samples.count) positions")
    let exploded = explosion.explode(
      samples,
      charges: charges.map { all in
        (0..<events * count).flatMap { all[$0 / count * atoms..<($0 / count + 1) * atoms] }
      }
    ).momenta
    return (0..<events).map { event in
      let rows = event * count..<(event + 1) * count
      guard
        let measured = MeasuredMomenta(
          momenta.row(event, width: width), noise, masses: explosion.molecule.masses)
      else { return .without(.impossible) }
      let weights = rows.map { k -> Double in
        let p = exploded.row(k, width: width)
        guard p.allSatisfy(\.isFinite), logDensities[k].isFinite else { return -.infinity }
        return measured.logLikelihood(Array(p[3...]))
          + prior.logDensity(samples.row(k, width: width))
          - logDensities[k] - logScale
      }
      return posterior(
        rows.map { samples.row($0, width: width) }, logWeights: weights, measured.total)
    }
  }

  private func posterior(
    _ samples: [[Double]], logWeights: [Double], _ total: MeasuredMomenta.Total
  ) -> Posterior {
    let most = logWeights.max() ?? -.infinity
    guard most > -.infinity, most < .infinity else { return .without(.excluded, total) }
    let weights = logWeights.map { exp($0 - most) }
    let sum = weights.reduce(0, +), squares = weights.reduce(0) { $0 + $1 * $1 }
    return Posterior(
      status: .sampled,
      samples: zip(samples, weights).map { Posterior.Sample(positions: $0, weight: $1 / sum) },
      effectiveSize: sum * sum / squares, tailShape: ParetoTail.shape(weights),
      logEvidence: most + log(sum / Double(weights.count)) - logVolume, geometries: 0, nearFold: 0,
      incomplete: 0, total: total)
  }
}
