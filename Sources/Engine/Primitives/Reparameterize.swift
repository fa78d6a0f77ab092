package import Randomness

extension Graph {
  /// z = μ + ε·exp(½ log σ²), with log σ² softly bounded, and the divergence from N(0, 1).
  ///
  /// - Parameters:
  ///   - statistics: rows×2L, μ and then log σ².
  ///   - bound: log σ² is replaced by bound·tanh(log σ²/bound), here and in the divergence.
  ///   - divergence: the loss term that receives ½ Σ (μ² + σ² − 1 − log σ²).
  package mutating func reparameterize(
    _ statistics: Value, clock: Value, stream: RandomStream = .latent,
    bound: Float = Latent.defaultBound, divergence: Objective.Term? = nil
  ) -> Value {
    let columns = Latent.columns(of: statistics)
    let z = makeValue(Shape(statistics.shape.rows, columns))
    append(
      Reparameterize(
        statistics: statistics, z: z, clock: clock, stream: stream, bound: bound,
        term: divergence))
    return z
  }

  /// KL(N(μ, σ²) ‖ N(0, 1)) = ½ Σ (μ² + σ² − 1 − log σ²), without drawing from it.
  package mutating func gaussianDivergence(
    _ statistics: Value, bound: Float = Latent.defaultBound, as term: Objective.Term
  ) {
    _ = Latent.columns(of: statistics)
    append(
      Reparameterize(
        statistics: statistics, z: nil, clock: term.clock, stream: .latent, bound: bound,
        term: term))
  }
}

package enum Latent {
  /// Variances between 6·10⁻⁶ and 160,000: no latent that is of use leaves this range.
  package static let defaultBound: Float = 12

  /// σ² = exp(bound·tanh(log σ²/bound)): what training has made of a log σ².
  package static func variance(_ logVariance: Float, bound: Float = defaultBound) -> Float {
    Float(Double.exp(Double(bound) * Double.tanh(Double(logVariance) / Double(bound))))
  }

  static func columns(of statistics: Value) -> Int {
    precondition(
      statistics.shape.columns % 2 == 0, "\(statistics.shape) are not μ beside log σ²")
    return statistics.shape.columns / 2
  }
}

private struct Reparameterize: Differentiable {
  let statistics: Value
  let z: Value?
  let clock: Value
  let stream: RandomStream
  let bound: Float
  let term: Objective.Term?
  /// Where the noise is kept for the reverse pass; without it that draws the noise again.
  var kept: Value?

  var columns: Int { statistics.shape.columns / 2 }
  var domain: Domain { .rows(statistics.shape.rows) }
  var inputs: [Value] { [statistics] }
  var wholes: [Value] { [clock] }
  var outputs: [Value] { [z, term?.terms, kept].compactMap { $0 } }

  func addGradients(to pass: inout ReversePass) {
    let dz = z.flatMap { pass[$0] }
    let isTermUsed = term.map { pass[$0.terms] != nil } ?? false
    guard dz != nil || isTermUsed, let place = pass.contribution(to: statistics) else { return }
    pass.append(
      ReparameterizeGradient(
        statistics: statistics, dz: dz, clock: clock, stream: stream, bound: bound,
        term: isTermUsed ? term : nil, dStatistics: place))
  }
}

extension Reparameterize: CPUStep {
  func scratch(items: Int) -> Int { z == nil || kept != nil ? 0 : items * columns }

  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] {
    var step = self
    if z != nil { step.kept = lowering.noise(for: statistics, clock: clock, stream: stream) }
    return [step]
  }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let noise = z.map { _ in kept.map { tile[$0].start } ?? tile.scratch.start }
    if let noise { tile.drawNoise(clock, stream, columns: columns, into: noise) }
    E.drawLatents(
      LatentPass(
        rows: tile.items.count, columns: columns, bound: E(bound),
        statistics: tile[statistics].start, noise: noise),
      into: z.map { tile[$0].start },
      divergence: term.map {
        TermColumn(start: tile[$0.terms].start + $0.index, stride: $0.count)
      })
  }
}

extension Reparameterize: DeviceStep {
  func chained(on device: LaunchTraits) -> ChainedStep? {
    // Each work-item of a row sums the divergence of its columns, and one of them all these parts.
    let parts = ChainOperation.Operand.scratch(column: 0)
    var operations = [
      ChainOperation(
        .reparameterize,
        [
          "statistics": .rows(statistics), "z": .rows(z), "clock": .whole(clock),
          "stream": .int(Int(stream.rawValue)), "bound": .float(bound),
          "divergence": term == nil ? .absent : parts, "columns": .int(columns),
        ])
    ]
    if let term {
      operations.append(
        ChainOperation(
          .sumParts,
          [
            "parts": parts, "out": .rows(term.terms, column: term.index),
            "columns": .int(columns),
          ]))
    }
    return ChainedStep(operations, scratch: (columns + 3) / 4)
  }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    let group = 64
    return [
      .kernel(
        .init(
          entry: "reparameterize",
          arguments: [
            .value(statistics), .value(z ?? statistics), .int(z == nil ? 0 : 1), .value(clock),
            .int(Int(stream.rawValue)), .float(bound), .value(term?.terms ?? statistics),
            .int(term?.index ?? -1), .int(term?.count ?? 0), .int(columns),
          ], global: .init(statistics.shape.rows * group), local: .init(group)))
    ]
  }
}

/// dμ = dz + w·μ,  d log σ² = ½ (dz·ε·σ + w (σ² − 1))·(1 − tanh²)
private struct ReparameterizeGradient: Primitive {
  let statistics: Value
  let dz: Value?
  let clock: Value
  let stream: RandomStream
  let bound: Float
  let term: Objective.Term?
  let dStatistics: ReversePass.Contribution
  var kept: Value?

  var columns: Int { statistics.shape.columns / 2 }
  var domain: Domain { .rows(statistics.shape.rows) }
  var inputs: [Value] { [statistics] + [dz, kept].compactMap { $0 } }
  var wholes: [Value] { [clock] + (term.map { [$0.weights] } ?? []) }
  var outputs: [Value] { [dStatistics.value] }
}

extension ReparameterizeGradient: CPUStep {
  func scratch(items: Int) -> Int { dz == nil || kept != nil ? 0 : items * columns }

  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] {
    var step = self
    if dz != nil { step.kept = lowering.noise(for: statistics, clock: clock, stream: stream) }
    return [step]
  }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let noise = dz.map { _ in kept.map { tile[$0].start } ?? tile.scratch.start }
    if let noise, kept == nil { tile.drawNoise(clock, stream, columns: columns, into: noise) }
    let weight = term.map { tile.weight(of: $0) }
    E.latentGradient(
      LatentPass(
        rows: tile.items.count, columns: columns, bound: E(bound),
        statistics: tile[statistics].start, noise: noise),
      LatentGradient(
        dz: dz.map { tile[$0].start }, weight: weight?.each ?? 0,
        weightedRows: weight?.rows(from: tile.items) ?? 0, d: tile[dStatistics.value].start,
        accumulates: dStatistics.accumulates))
  }
}

extension ReparameterizeGradient: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      .reparameterizeGradient,
      [
        "statistics": .rows(statistics), "dz": .rows(dz), "clock": .whole(clock),
        "stream": .int(Int(stream.rawValue)), "bound": .float(bound),
        "weights": .whole(term?.weights), "term": term.map { .int($0.index) } ?? .absent,
        "dstatistics": .target(dStatistics), "columns": .int(columns),
      ])
  }

  var workItems: Int { statistics.shape.rows * ((columns + 3) / 4) }
}

extension ChainOperation.Kind {
  static let reparameterize = Self(
    "reparameterize",
    [
      "statistics": .rows, "z": .optional(.rows), "clock": .whole, "stream": .int,
      "bound": .float, "divergence": .optional(.scratch), "columns": .int,
    ])

  static let sumParts = Self("sum_parts", ["parts": .scratch, "out": .rows, "columns": .int])

  static let reparameterizeGradient = Self(
    "reparameterize_gradient",
    [
      "statistics": .rows, "dz": .optional(.rows), "clock": .whole, "stream": .int,
      "bound": .float, "weights": .optional(.whole), "term": .optional(.int),
      "dstatistics": .target, "columns": .int,
    ])
}
