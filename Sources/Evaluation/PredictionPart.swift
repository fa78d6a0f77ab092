import Engine
import Models
import Training

/// A part of a predicting model, compiled for a device.
struct PredictionPart {
  private let program: any Program
  private let input: Value
  /// What differs from sample to sample.
  private let own: Value?
  private let output: Value

  /// From conditions to what their samples share; nil where they share the condition itself.
  init?(
    sharedBy model: any Model, parameters: [NamedArray], batch: Int, device: any Device
  ) throws {
    var trace = ModelTrace(clock: "sharing.clock")
    let condition = trace.graph.input(Shape(batch, model.dimensions.conditions))
    let shared = model.traceShared(condition, in: &trace)
    if shared == condition { return nil }
    try self.init(trace, parameters, input: condition, own: nil, output: shared, device)
  }

  /// From what samples share, and z, to targets; nil for a deterministic model.
  init?(
    sampledBy model: any Model, parameters: [NamedArray], batch: Int, device: any Device
  ) throws {
    guard let sampler = model.sampler else { return nil }
    var trace = ModelTrace(clock: "sampling.clock")
    let z = trace.graph.input(Shape(batch, sampler.latentWidth))
    let shared = trace.graph.input(Shape(batch, Self.sharedWidth(of: model)))
    let targets = sampler.traceSample(z, shared: shared, in: &trace)
    try self.init(trace, parameters, input: shared, own: z, output: targets, device)
  }

  /// From what samples share, and targets, to −log p of them; nil for a model without a density.
  init?(
    densityOf model: any Model, parameters: [NamedArray], batch: Int, device: any Device
  ) throws {
    guard let density = model.density else { return nil }
    var trace = ModelTrace(clock: "density.clock")
    let targets = trace.graph.input(Shape(batch, model.dimensions.targets))
    let shared = trace.graph.input(Shape(batch, Self.sharedWidth(of: model)))
    let likelihood = trace.graph.objective(
      [LossTerm.Name.nll.rawValue], rows: batch, clock: trace.clock, prefix: "density.")
    density.traceLikelihood(
      of: targets, shared: shared, in: &trace, as: likelihood.term(LossTerm.Name.nll.rawValue))
    try self.init(trace, parameters, input: shared, own: targets, output: likelihood.terms, device)
  }

  /// The columns of what samples share.
  private static func sharedWidth(of model: any Model) -> Int {
    var trace = ModelTrace(clock: "sharing.clock")
    let condition = trace.graph.input(Shape(1, model.dimensions.conditions))
    return model.traceShared(condition, in: &trace).shape.columns
  }

  private init(
    _ trace: ModelTrace, _ parameters: [NamedArray], input: Value, own: Value?, output: Value,
    _ device: any Device
  ) throws {
    (self.input, self.own, self.output) = (input, own, output)
    program = try trace.program(parameters: parameters, on: device)
  }

  /// Writes input rows; the rest of the batch is zero.
  func take(_ rows: ArraySlice<Float>) throws { try write(rows, to: input) }

  /// Output for the rows written last.
  ///
  /// - Parameter elements: z, or the targets of a density.
  func run(with elements: ArraySlice<Float>? = nil, rows: Int) throws -> ArraySlice<Float> {
    if let own, let elements { try write(elements, to: own) }
    try program.run()
    return try program.read(output).prefix(rows * output.shape.columns)
  }

  private func write(_ elements: ArraySlice<Float>, to value: Value) throws {
    let rest = value.shape.count - elements.count
    try program.write(Array(elements) + [Float](repeating: 0, count: rest), to: value)
  }
}
