import Glibc
package import Randomness

extension Graph {
  /// z = μ + ε·exp(½ log σ²), with log σ² softly bounded, and the divergence from N(0, 1).
  ///
  /// - Parameters:
  ///   - statistics: rows×2L, μ and then log σ².
  ///   - bound: log σ² is replaced by bound·tanh(log σ²/bound), here and in the divergence.
  ///   - divergence: the loss term that receives KL(N(μ, σ²) ‖ N(0, 1)) = ½ Σ (μ² + σ² − 1 − log σ²).
  package mutating func reparameterize(
    _ statistics: Value, clock: Value, stream: RandomStream = .latent,
    bound: Float = Latent.defaultBound, divergence: Objective.Term? = nil
  ) -> Value {
    precondition(
      statistics.shape.columns % 2 == 0, "\(statistics.shape) are not μ and log σ² side by side")
    let latent = LatentOperands(
      statistics: statistics, clock: clock, stream: stream, bound: bound)
    let z = makeValue(Shape(statistics.shape.rows, latent.columns))
    append(Reparameterize(latent: latent, z: z, term: divergence))
    return z
  }
}

package enum Latent {
  /// Variances between 6·10⁻⁶ and 160,000: no latent that is of use leaves this range.
  package static let defaultBound: Float = 12

  /// σ² = exp(bound·tanh(log σ²/bound)): what training has made of a log σ².
  package static func variance(_ logVariance: Float, bound: Float = defaultBound) -> Float {
    Float(exp(Double(bound) * tanh(Double(logVariance) / Double(bound))))
  }
}

/// What the forward and the backward step of a reparameterization have in common.
struct LatentOperands {
  let statistics, clock: Value
  let stream: RandomStream
  let bound: Float
  /// Where the noise is kept for the reverse pass; without it that draws the noise again.
  var kept: Value?

  var columns: Int { statistics.shape.columns / 2 }
  /// Parts of a row of four columns, for which noise is drawn at a time.
  var blocks: Int { (columns + 3) / 4 }

  func keepingNoise(in lowering: inout CPULowering) -> LatentOperands {
    var result = self
    result.kept = lowering.noise(for: statistics, clock: clock, stream: stream)
    return result
  }

  func scratch(items: Int) -> Int { kept == nil ? items * columns : 0 }

  /// - Parameter draws: draws the noise even if a place is kept for it.
  func pass<E: Real>(_ tile: Tile<E>, draws: Bool) -> LatentPass<E> {
    let noise = kept.map { tile[$0].start } ?? tile.scratch.start
    if draws || kept == nil { tile.drawNoise(clock, stream, columns: columns, into: noise) }
    return LatentPass(
      rows: tile.items.count, columns: columns, bound: E(bound),
      statistics: tile[statistics].start, noise: noise)
  }
}

struct Reparameterize: Differentiable {
  var latent: LatentOperands
  let z: Value
  let term: Objective.Term?

  /// The column of the loss that the divergence is.
  private var divergence: Slice? { term.map { $0.terms.columns($0.index..<$0.index + 1) } }

  var domain: Domain { .rows(z.shape.rows) }
  var inputs: [Value] { [latent.statistics] }
  var wholes: [Value] { [latent.clock] }
  var outputs: [Value] { [z, term?.terms, latent.kept].compactMap { $0 } }

  func addGradients(to pass: inout ReversePass) {
    let dz = pass[z]
    let term = term.flatMap { pass[$0.terms] == nil ? nil : $0 }
    guard dz != nil || term != nil, let place = pass.contribution(to: latent.statistics) else {
      return
    }
    pass.append(ReparameterizeGradient(latent: latent, dz: dz, term: term, dStatistics: place))
  }
}

extension Reparameterize: CPUStep {
  func scratch(items: Int) -> Int { latent.scratch(items: items) }

  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] {
    [Reparameterize(latent: latent.keepingNoise(in: &lowering), z: z, term: term)]
  }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    E.drawLatents(
      latent.pass(tile, draws: true), into: tile[z].start,
      divergence: term.map {
        TermColumn(start: tile[$0.terms].start + $0.index, stride: $0.count)
      })
  }
}

extension Reparameterize: RowStep {
  /// Each work-item of a row sums the divergence of its columns, and one of them all these parts.
  func chained(_ shape: ChainShape) -> ChainedStep? {
    ChainedStep(
      operations: [operation] + (divergence.map { [sumOfParts(into: $0)] } ?? []),
      scratch: latent.blocks)
  }

  var operation: ChainOperation {
    ChainOperation(
      "reparameterize",
      [
        "statistics": .rows(latent.statistics), "z": .result(z), "clock": .whole(latent.clock),
        "stream": .int(Int(latent.stream.rawValue)), "bound": .float(latent.bound),
        "divergence": .optionalScratch(isThere: term != nil), "columns": .int(latent.columns),
      ])
  }

  private func sumOfParts(into divergence: Slice) -> ChainOperation {
    ChainOperation(
      "sum_parts",
      [
        "parts": .scratch, "out": .result(divergence), "columns": .int(latent.columns),
      ])
  }
}

/// dμ = dz + w·μ,  d log σ² = ½ (dz·ε·σ + w (σ² − 1))·(1 − tanh²)
struct ReparameterizeGradient: Primitive {
  var latent: LatentOperands
  let dz: Value?
  let term: Objective.Term?
  let dStatistics: ReversePass.Contribution

  var inputs: [Value] { [latent.statistics] + [dz, latent.kept].compactMap { $0 } }
}

extension ReparameterizeGradient: CPUStep {
  func scratch(items: Int) -> Int { latent.scratch(items: items) }

  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] {
    [
      ReparameterizeGradient(
        latent: latent.keepingNoise(in: &lowering), dz: dz, term: term, dStatistics: dStatistics)
    ]
  }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let weight = term.map { tile.weight(of: $0) }
    E.latentGradient(
      latent.pass(tile, draws: false),
      LatentGradient(
        dz: dz.map { tile[$0].start }, weight: weight?.each ?? 0,
        weightedRows: weight?.rows(from: tile.items) ?? 0, d: tile[dStatistics.value].start,
        accumulates: dStatistics.accumulates))
  }
}

extension ReparameterizeGradient: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "reparameterize_gradient",
      [
        "statistics": .rows(latent.statistics), "dz": .optionalRows(dz),
        "clock": .whole(latent.clock),
        "stream": .int(Int(latent.stream.rawValue)), "bound": .float(latent.bound),
        "weights": .whole(term?.weights), "term": .int(term?.index ?? -1),
        "dstatistics": .target(dStatistics), "columns": .int(latent.columns),
      ])
  }
}
