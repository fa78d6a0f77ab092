import CHostMath
import Engine
import Machine
import Randomness

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
    let clock = ContinuousClock()
    var ours: [Double] = [], theirs: [Double] = []
    for _ in 0..<rounds {
      ours.append(
        clock.measure { for _ in 0..<repeats { program.run() } }.seconds / Double(repeats))
      theirs.append(clock.measure { for _ in 0..<repeats { peer.run() } }.seconds / Double(repeats))
    }
    return Result(
      ours: flops / ours.sorted()[rounds / 2], oneDNN: flops / theirs.sorted()[rounds / 2],
      ratios: zip(ours, theirs).map { $1 / $0 }.sorted())
  }

  /// The layer with its gradients, all three of them, and as little else as possible.
  private func layer(on device: CPUDevice<Float>) throws -> CPUProgram<Float> {
    var graph = Graph()
    let clock = graph.clock()
    let objective = graph.objective(["loss"], rows: rows, clock: clock)
    let x = graph.parameter("x", Shape(rows, inputs))
    let weight = graph.parameter("weight", Shape(outputs, inputs))
    let bias = graph.parameter("bias", Shape(1, outputs))
    let y = graph.dense(x, weight: weight, bias: bias, activation: .tanh)
    graph.squaredError(y, graph.input(y.shape), as: objective.term("loss"))
    graph.sum(objective)
    _ = graph.differentiate(objective)
    let program = device.program(graph)
    for (index, value) in [x, weight, bias].enumerated() {
      let scale = index == 0 ? 1 : 1 / Float(inputs).squareRoot()
      program.write(uniforms(value.shape.count, id: UInt32(index), scale: scale), to: value)
    }
    program.write([1], to: objective.weights)
    program.writeWords(Clock(rowCount: rows, batchRows: rows).words, to: clock)
    return program
  }

  /// oneDNN's best rate for a large product, in flops per second: the machine's measured peak.
  package static func peak(threads: Int) -> Double? {
    guard hm_onednn_use(Int32(threads)) else { return nil }
    let product = ProductTriple(rows: 1024, inputs: 1024, outputs: 1024)
    product.run()
    let times = (0..<9).map { _ in ContinuousClock().measure { product.run() }.seconds }
    return times.min().map { 6 * 1024 * 1024 * 1024 / $0 }
  }
}

/// y = x·Wᵀ, dx = dy·W, dW = dyᵀ·x by oneDNN.
private final class ProductTriple {
  private let rows, inputs, outputs: Int
  private var x, w, y, dx, dw: [Float]

  init(rows: Int, inputs: Int, outputs: Int) {
    (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
    x = uniforms(rows * inputs, id: 1, scale: 1)
    w = uniforms(outputs * inputs, id: 2, scale: 1)
    y = uniforms(rows * outputs, id: 3, scale: 1)
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

private func uniforms(_ count: Int, id: UInt32, scale: Float) -> [Float] {
  let philox = Philox(seed: 11)
  return (0..<count).map { i in
    let word = philox(SIMD4(UInt32(i / 4), id, 0, 0))[i % 4]
    return (Float(word >> 8) * 0x1p-23 - 1) * scale
  }
}
