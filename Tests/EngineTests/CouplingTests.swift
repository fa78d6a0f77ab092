import Engine
import Glibc
import Models
import Randomness
import TestSupport
import Testing

/// What makes a chain of couplings a flow: it can be undone, and its determinant is what it says.
@Suite struct CouplingTests {
  /// Twenty couplings with flips, forward and back in one graph.
  private struct RoundTrip {
    let graph: Graph
    let x, condition, z, back: Value
    let forwardLogDet, inverseLogDet: Value

    init(rows: Int, couplings: Int = 20) {
      var trace = ModelTrace()
      x = trace.graph.input(Shape(rows, 9))
      condition = trace.graph.input(Shape(rows, 9))
      let flow = Network.flow(couplings: couplings, hidden: [16])
      (z, forwardLogDet) = flow.trace(x, condition: condition, isInverse: false, in: &trace)
      (back, inverseLogDet) = flow.trace(z, condition: condition, isInverse: true, in: &trace)
      graph = trace.graph
    }

    /// Standard normals stretched so that some rows lie six deviations out.
    func fill<E: Real>(_ program: CPUProgram<E>) throws {
      var inputs = [E](repeating: 0, count: x.shape.count)
      let key = NoiseKey(seed: 3, stream: .sampling, step: 0)
      inputs.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        E.normals(key, rows: 0..<x.shape.rows, columns: 9, into: base)
      }
      for row in stride(from: 0, to: x.shape.rows, by: 10) {
        for c in 0..<9 { inputs[row * 9 + c] = inputs[row * 9 + c] < 0 ? -6 : 6 }
      }
      program.set(inputs, to: x)
      program.set(inputs.reversed(), to: condition)
      try program.initialize(graph)
    }
  }

  @Test(
    "the inverse undoes twenty couplings to 1e-4 in Float, over 100,000 rows", .inReleaseBuilds)
  func roundTripInFloat() throws {
    let chain = RoundTrip(rows: 100_000)
    let program = CPUDevice<Float>(threads: 2).program(chain.graph)
    try chain.fill(program)
    program.run()
    let (x, back) = (program.elements(of: chain.x), program.elements(of: chain.back))
    let worst = largestDifference(x, back)
    print("twenty couplings and back, Float: largest difference \(worst)")
    #expect(worst <= 1e-4)
    #expect(x.contains { abs($0) >= 6 })
  }

  @Test("the inverse undoes twenty couplings to 1e-10 in Double, and so do the determinants")
  func roundTripInDouble() throws {
    let chain = RoundTrip(rows: 500)
    let program = CPUDevice<Double>().program(chain.graph)
    try chain.fill(program)
    program.run()
    let pairs = [(chain.x, chain.back, 1.0), (chain.forwardLogDet, chain.inverseLogDet, -1.0)]
    for (one, other, sign) in pairs {
      let worst = largestDifference(
        program.elements(of: one), program.elements(of: other).map { sign * $0 })
      print("twenty couplings and back, Double: largest difference \(worst)")
      #expect(worst <= 1e-10)
    }
  }

  @Test("log|det J| agrees with a numeric Jacobian", arguments: [1, 2, 20])
  func determinant(couplings: Int) throws {
    let chain = RoundTrip(rows: 11, couplings: couplings)
    let program = CPUDevice<Double>().program(chain.graph)
    try chain.fill(program)
    program.run()
    let stated = program.elements(of: chain.forwardLogDet)
    let columns = numericJacobian(of: chain, program)
    for row in 0..<11 {
      let jacobian = (0..<9).map { i in (0..<9).map { j in columns[j][row * 9 + i] } }
      let numeric = logDeterminant(jacobian)
      #expect(
        abs(numeric - stated[row]) < 1e-6 * max(1, abs(numeric)),
        "\(couplings) couplings, row \(row): \(stated[row]), numerically \(numeric)")
    }
  }

  /// dz/dxⱼ of every row, by central differences.
  private func numericJacobian(of chain: RoundTrip, _ program: CPUProgram<Double>) -> [[Double]] {
    let x = program.elements(of: chain.x)
    let h = 1e-6
    func z(movedBy step: Double, in column: Int) -> [Double] {
      program.set(x.indices.map { $0 % 9 == column ? x[$0] + step : x[$0] }, to: chain.x)
      program.run()
      return program.elements(of: chain.z)
    }
    return (0..<9).map { column in
      zip(z(movedBy: h, in: column), z(movedBy: -h, in: column)).map { ($0 - $1) / (2 * h) }
    }
  }

  /// log|det| by elimination with pivots.
  private func logDeterminant(_ matrix: [[Double]]) -> Double {
    var m = matrix
    var sum = 0.0
    for k in m.indices {
      let pivot = (k..<m.count).max { abs(m[$0][k]) < abs(m[$1][k]) } ?? k
      m.swapAt(k, pivot)
      sum += log(abs(m[k][k]))
      for i in (k + 1)..<max(k + 1, m.count) {
        let factor = m[i][k] / m[k][k]
        for j in k..<m.count { m[i][j] -= factor * m[k][j] }
      }
    }
    return sum
  }
}
