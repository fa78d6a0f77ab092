import Engine
import Models
import Training

/// A part of a predicting model, compiled for a device.
struct PredictionPart {
  private let program: any Program
  private let input: Value
  private let z: Value?
  private let output: Value

  /// From conditions to what their samples share; nil where they share the condition itself.
  init?(
    sharedBy model: any Model, parameters: [NamedArray], batch: Int, device: any Device
  ) throws {
    var trace = ModelTrace(clock: "sharing.clock")
    let condition = trace.graph.input(Shape(batch, model.dimensions.conditions))
    let shared = model.traceShared(condition, in: &trace)
    if shared == condition { return nil }
    try self.init(trace, parameters, input: condition, z: nil, output: shared, device)
  }

  /// From what samples share, and z, to targets; nil for a deterministic model.
  init?(
    sampledBy model: any Model, parameters: [NamedArray], batch: Int, device: any Device
  ) throws {
    guard let sampler = model.sampler else { return nil }
    var sharing = ModelTrace(clock: "sharing.clock")
    let condition = sharing.graph.input(Shape(batch, model.dimensions.conditions))
    let width = model.traceShared(condition, in: &sharing).shape.columns
    var trace = ModelTrace(clock: "sampling.clock")
    let z = trace.graph.input(Shape(batch, sampler.latentWidth))
    let shared = trace.graph.input(Shape(batch, width))
    let targets = sampler.traceSample(z, shared: shared, in: &trace)
    try self.init(trace, parameters, input: shared, z: z, output: targets, device)
  }

  private init(
    _ trace: ModelTrace, _ parameters: [NamedArray], input: Value, z: Value?, output: Value,
    _ device: any Device
  ) throws {
    (self.input, self.z, self.output) = (input, z, output)
    program = try device.compile(trace.graph)
    for content in trace.contents { try program.write(content.elements, to: content.value) }
    try program.write(parameters, of: trace.graph)
  }

  /// The number of inputs of a row.
  var width: Int { input.shape.columns }

  /// Writes input rows; the rest of the batch is zero.
  func take(_ rows: ArraySlice<Float>) throws { try write(rows, to: input) }

  /// Output for the rows written last.
  func run(z latents: [Float]? = nil, rows: Int) throws -> ArraySlice<Float> {
    if let z, let latents { try write(latents[...], to: z) }
    try program.run()
    return try program.read(output).prefix(rows * output.shape.columns)
  }

  private func write(_ elements: ArraySlice<Float>, to value: Value) throws {
    let rest = value.shape.count - elements.count
    try program.write(Array(elements) + [Float](repeating: 0, count: rest), to: value)
  }
}
