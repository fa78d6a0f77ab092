import CHostMath
import Engine

/// One dense layer, forward and backward, beside the three matrix products it consists of as
/// oneDNN computes them, in turn.
package struct DenseBenchmark: Sendable {
  package let rows, inputs, outputs: Int
  package var flops: Double { 6 * Double(rows) * Double(inputs) * Double(outputs) }

  package init(rows: Int, inputs: Int, outputs: Int) {
    (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
  }

  /// Flops per second, the median of the rounds.
  package struct Result: Sendable {
    package let ours, oneDNN: Double
    /// ours / oneDNN, round by round, sorted.
    package let ratios: [Double]
    package var ratio: Double { ratios[ratios.count / 2] }
  }

  /// - Returns: nil where oneDNN is not installed.
  package func run(threads: Int, rounds: Int = 15) throws -> Result? {
    guard hm_onednn_use(Int32(threads)) else { return nil }
    let device = CPUDevice<Float>(threads: threads)
    let program = try layer(on: device)
    let peer = ProductTriple(rows: rows, inputs: inputs, outputs: outputs)
    let repeats = max(1, Int(2e9 / flops))
    program.run()
    peer.run()
    var ours: [Double] = [], theirs: [Double] = []
    for _ in 0..<rounds {
      ours.append(seconds { for _ in 0..<repeats { program.run() } } / Double(repeats))
      theirs.append(seconds { for _ in 0..<repeats { peer.run() } } / Double(repeats))
    }
    return Result(
      ours: flops / ours.sorted()[rounds / 2], oneDNN: flops / theirs.sorted()[rounds / 2],
      ratios: zip(ours, theirs).map { $1 / $0 }.sorted())
  }

  /// The layer with its gradients, all three of them, and as little else as possible.
  private func layer(on device: CPUDevice<Float>) throws -> CPUProgram<Float> {
    var trace = NetworkTrace(batch: rows)
    let x = trace.graph.parameter("x", Shape(rows, inputs))
    let y = trace.dense([x.all], width: outputs, name: "layer", activation: .tanh)
    let t = trace.graph.input(y.shape)
    trace.graph.squaredError(y, t, as: trace.term)
    trace.graph.sum(trace.objective)
    _ = trace.graph.differentiate(trace.objective)
    let program = device.program(trace.graph)
    try trace.graph.initializeParameters(of: program)
    program.write([1], to: trace.objective.weights)
    program.writeWords(Clock(rowCount: rows, batchRows: rows).words, to: trace.clock)
    return program
  }

  /// oneDNN's best rate for a large product, in flops per second: the machine's measured peak.
  package static func peak(threads: Int) -> Double? {
    guard hm_onednn_use(Int32(threads)) else { return nil }
    let product = ProductTriple(rows: 1024, inputs: 1024, outputs: 1024)
    product.run()
    let times = (0..<9).map { _ in seconds { product.run() } }
    return times.min().map { 6 * 1024 * 1024 * 1024 / $0 }
  }
}

/// y = x·Wᵀ, dx = dy·W, dW = dyᵀ·x by oneDNN.
private final class ProductTriple {
  private let rows, inputs, outputs: Int
  private var x, w, y, dx, dw: [Float]

  init(rows: Int, inputs: Int, outputs: Int) {
    (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
    x = Network.uniforms(rows * inputs, id: 1, scale: 1)
    w = Network.uniforms(outputs * inputs, id: 2, scale: 1)
    y = Network.uniforms(rows * outputs, id: 3, scale: 1)
    dx = x
    dw = w
  }

  func run() {
    func operand(_ x: UnsafePointer<Float>, _ stride: Int, transposed: Bool = false) -> hm_operand {
      hm_operand(elements: x, stride: stride, transposed: transposed)
    }
    let (w, x) = (self.w, self.x)
    hm_matrix_product_onednn(
      rows, outputs, inputs, operand(x, inputs), operand(w, inputs, transposed: true), false, &y,
      outputs)
    let y = self.y
    hm_matrix_product_onednn(
      rows, inputs, outputs, operand(y, outputs), operand(w, inputs), false, &dx, inputs)
    hm_matrix_product_onednn(
      outputs, inputs, rows, operand(y, outputs, transposed: true), operand(x, inputs), false,
      &dw, inputs)
  }
}

/// Wall-clock seconds that `work` takes.
package func seconds(_ work: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try work()
  let duration = ContinuousClock.now - start
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
