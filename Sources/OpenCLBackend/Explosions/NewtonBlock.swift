import COpenCL
import Physics

/// Starts of Newton's method with their memory on both sides.
final class NewtonBlock {
  let arrays: FlightArrays
  let program: ExplosionProgram
  private let layout: FlightLayout
  private let trial, best, delta, state, target, charge, inverseMass, dx, dv: Handle

  /// What a row knows between steps: its least error, the part of a step that is taken, and when it
  /// was done.
  private static let stateNumbers = 3

  /// Numbers of a row on the device.
  static func numbers(_ layout: FlightLayout) -> Int {
    let n = layout.numbers
    return 2 * n * n + 4 * n + layout.pairs + stateNumbers
  }

  init(_ layout: FlightLayout, stride: Int, _ program: ExplosionProgram) throws(OpenCLError) {
    (self.layout, self.program) = (layout, program)
    arrays = FlightArrays(layout, stride: stride)
    func buffer(_ numbers: Int) throws(OpenCLError) -> Handle {
      try program.buffer(bytes: numbers * stride * layout.elementSize)
    }
    let n = layout.numbers
    (trial, best, delta, target) = try (buffer(n), buffer(n), buffer(n), buffer(n))
    (state, charge) = try (buffer(Self.stateNumbers), buffer(layout.pairs))
    (dx, dv) = try (buffer(n * n), buffer(n * n))
    inverseMass = try program.inverseMasses(layout)
  }

  /// After an error the device may still be copying from or to the arrays.
  deinit { _ = clFinish(program.queue) }

  private func bytes(_ numbers: Int) -> Int { numbers * arrays.stride * layout.elementSize }

  /// Steps of the first `count` rows until all are done, at most so many; the least error of each,
  /// which is infinite where there is none.
  ///
  /// The arrays then have the positions of that error.
  func run(
    _ rows: FlightRows, count: Int, goal: Double, steps: Int, threads: Int
  ) throws(OpenCLError) -> [Double] {
    arrays.fill(with: rows, count: count, threads: threads)
    let outcomes = numbers(arrays.outcome, count: 1)
    var known = initialState(outcomes)
    try program.write(arrays.x, bytes: bytes(layout.numbers), to: trial)
    try program.write(arrays.x, bytes: bytes(layout.numbers), to: best)
    try program.write(arrays.v, bytes: bytes(layout.numbers), to: target)
    try program.write(arrays.charge, bytes: bytes(layout.pairs), to: charge)
    try program.clear(delta, bytes: bytes(layout.numbers))
    try program.write(known, to: state, isDouble: layout.isDouble)
    for step in 1...steps {
      let kernel = try program.kernel("newton_step", arguments(step, goal: goal))
      try program.enqueue(kernel, rows: arrays.stride)
      guard step % Self.stepsAtOnce == 0 || step == steps else { continue }
      known = try read()
      let done = known[2 * arrays.stride..<2 * arrays.stride + count]
      if !done.contains(0) { break }
    }
    try program.wait(
      for: try program.readLast(best, bytes: bytes(layout.numbers), into: arrays.x))
    return known[..<count].map { $0 >= 0 ? $0 : .infinity }
  }

  /// Between two looks at what is done.
  private static let stepsAtOnce = 4

  private func arguments(_ step: Int, goal: Double) -> [ExplosionProgram.Argument] {
    let buffers = [trial, best, delta, state, target, charge, inverseMass, dx, dv]
    return buffers.map { .buffer($0) } + [
      layout.isDouble ? .double(goal) : .float(Float(goal)), .int(step),
      .int(program.stepLimit), .int(arrays.stride),
    ]
  }

  private func initialState(_ outcomes: [Double]) -> [Double] {
    [Double](repeating: -1, count: arrays.stride)
      + [Double](repeating: 1, count: arrays.stride) + outcomes.map { $0 == 0 ? 0 : -1 }
  }

  private func read() throws(OpenCLError) -> [Double] {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes(Self.stateNumbers), alignment: 64)
    defer { memory.deallocate() }
    try program.wait(
      for: try program.readLast(state, bytes: bytes(Self.stateNumbers), into: memory))
    return numbers(memory, count: Self.stateNumbers)
  }

  private func numbers(_ memory: UnsafeMutableRawPointer, count: Int) -> [Double] {
    (0..<count * arrays.stride).map {
      layout.isDouble
        ? memory.load(fromByteOffset: 8 * $0, as: Double.self)
        : Double(memory.load(fromByteOffset: 4 * $0, as: Float.self))
    }
  }
}
