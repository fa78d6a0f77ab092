import Datasets
import Engine
import Models
import Training

/// An invertible model run over rows both ways: the latent of each, and the targets that come back from it.
struct FlowPass {
  /// rows×n: z = f(x; c).
  let latents: [Float]
  /// rows×n: f⁻¹(z; c), x but for rounding.
  let returned: [Float]

  /// Nil for a model that is not invertible.
  init?(
    _ model: any Model, parameters: [NamedArray], rows: PreparedRows, device: any Device
  ) throws {
    guard let bijection = model.bijection, let sampler = model.sampler else { return nil }
    let (x, c) = (model.dimensions.targets, model.dimensions.conditions)
    let batch = min(4096, max(1, rows.count))
    var trace = ModelTrace(clock: "flow.clock")
    let targets = trace.graph.input(Shape(batch, x))
    let condition = trace.graph.input(Shape(batch, c))
    let z = bijection.traceLatent(Batch(targets: targets, condition: condition), in: &trace).z
    let shared = model.traceShared(condition, in: &trace)
    let back = sampler.traceSample(z, shared: shared, in: &trace)
    let program = try trace.program(parameters: parameters, joinsSteps: false, on: device)
    var (latents, returned): ([Float], [Float]) = ([], [])
    for start in stride(from: 0, to: rows.count, by: batch) {
      let count = min(batch, rows.count - start)
      let padding = batch - count
      try program.write(
        rows.targets(of: start..<start + count) + [Float](repeating: 0, count: padding * x),
        to: targets)
      try program.write(
        rows.conditions(of: start..<start + count) + [Float](repeating: 0, count: padding * c),
        to: condition)
      try program.run()
      latents += try program.read(z).prefix(count * x)
      returned += try program.read(back).prefix(count * x)
    }
    (self.latents, self.returned) = (latents, returned)
  }
}
