import Engine
import Glibc
import OpenCLBackend
import Testing

/// What makes a function one for couplings, of every transform; their gradients are rows of the
/// table of primitives.
@Suite struct TransformTests {
  /// Numbers in order, each transformed forward and back with parameters of its own.
  private struct Trial {
    static let (rows, columns) = (101, 6)
    let graph: Graph
    let x, parameters, y, logSlope, back, logSlopeOfBack: Value

    init(_ transform: some UnivariateTransform) {
      var graph = Graph()
      // A coupling leaves one column as it is.
      x = graph.input(Shape(Self.rows, 1 + Self.columns))
      parameters = graph.input(Shape(Self.rows, transform.parameterCount * Self.columns))
      (y, logSlope) = graph.coupling(x, by: transform, parameters: parameters)
      (back, logSlopeOfBack) = graph.coupling(
        y, by: transform, parameters: parameters, inverse: true)
      self.graph = graph
    }

    /// −3 … 3 down the rows, plus a shift, in numbers that `Float` has exactly; the parameters of a
    /// column are those of all its rows.
    func fill(_ program: any Program, movedBy shift: Float = 0) throws {
      let width = 1 + Self.columns
      try program.write(
        (0..<x.shape.count).map { Float($0 / width) / 16 - 3 + shift }, to: x)
      let count = parameters.shape.columns
      try program.write(
        (0..<parameters.shape.count).map { Self.number($0 % count) }, to: parameters)
      try program.run()
      try program.synchronize()
    }

    private static func number(_ i: Int) -> Float { 2 * sin(Float(7 * i + 1)) }
  }

  private static let transforms = Transforms.all.indices

  @Test("the inverse undoes every transform, on every device", arguments: transforms)
  func inverse(_ index: Int) throws {
    let trial = Trial(Transforms.all[index])
    for device in [CPUDevice<Double>(), CPUDevice<Float>()] as [any Device] + OnDevices.devices {
      let program = try device.compile(trial.graph)
      try trial.fill(program)
      let pairs = [(trial.x, trial.back, Float(1)), (trial.logSlope, trial.logSlopeOfBack, -1)]
      for (there, back, sign) in pairs {
        let worst = zip(try program.read(there), try program.read(back)).reduce(Float(0)) {
          max($0, abs($1.0 - sign * $1.1) / max(1, abs($1.0)))
        }
        #expect(worst < 2e-5, "\(Transforms.all[index]) on \(device.name)")
      }
    }
  }

  @Test("transforms increase, and their log-derivatives are correct", arguments: transforms)
  func slope(_ index: Int) throws {
    let trial = Trial(Transforms.all[index])
    let program = CPUDevice<Double>().program(trial.graph)
    let h: Float = 0x1p-12
    func y(movedBy shift: Float) throws -> [Double] {
      try trial.fill(program, movedBy: shift)
      return program.elements(of: trial.y)
    }
    let (above, below, here) = (try y(movedBy: h), try y(movedBy: -h), try y(movedBy: 0))
    let stated = program.elements(of: trial.logSlope)
    let width = 1 + Trial.columns
    for row in 0..<Trial.rows {
      let numeric = (1..<width).reduce(0.0) { sum, column in
        let i = row * width + column
        return sum + log((above[i] - below[i]) / (2 * Double(h)))
      }
      #expect(
        abs(numeric - stated[row]) < 1e-5,
        "\(Transforms.all[index]) at \(Float(row) / 16 - 3): \(stated[row]), numerically \(numeric)"
      )
      for column in 1..<width where row > 0 {
        #expect(here[row * width + column] > here[(row - 1) * width + column])
      }
    }
  }
}
