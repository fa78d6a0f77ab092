import COpenCL
import Physics

/// Some rows on their way through a device, with their memory on both sides.
final class ExplosionBlock {
  let arrays: FlightArrays
  let program: ExplosionProgram
  let x, v, charge, inverseMass, outcome, end: Handle
  let dx, dv: Handle
  /// The rows of the caller that are on the device, and what tells that they are done.
  private var rows: Range<Int>?
  private var event: Handle?
  private var layout: FlightLayout { arrays.layout }

  init(_ layout: FlightLayout, stride: Int, _ program: ExplosionProgram) throws(OpenCLError) {
    arrays = FlightArrays(layout, stride: stride)
    self.program = program
    func buffer(_ numbers: Int) throws(OpenCLError) -> Handle {
      try program.buffer(bytes: max(1, numbers * stride) * layout.elementSize)
    }
    (x, v, end) = try (buffer(layout.numbers), buffer(layout.numbers), buffer(layout.numbers))
    (charge, outcome) = try (buffer(layout.pairs), buffer(1))
    (dx, dv) = try (buffer(layout.tangentNumbers), buffer(layout.tangentNumbers))
    inverseMass = try program.inverseMasses(layout)
  }

  /// After an error the device may still be copying from or to the arrays.
  deinit { _ = clFinish(program.queue) }

  /// Numbers of a row on the device.
  static func numbers(_ layout: FlightLayout) -> Int {
    3 * layout.numbers + layout.pairs + 2 * layout.tangentNumbers + 1
  }

  private func bytes(_ numbers: Int) -> Int { numbers * arrays.stride * layout.elementSize }

  /// Fills the block with rows and starts their flights by `launch`.
  func start(
    _ all: FlightRows, _ rows: Range<Int>, threads: Int,
    by launch: (ExplosionBlock) throws(OpenCLError) -> Void
  ) throws(OpenCLError) {
    let own = all.dropping(rows.lowerBound, of: layout)
    arrays.fill(with: own, count: rows.count, threads: threads)
    try write()
    try launch(self)
    try program.read(end, bytes: bytes(layout.numbers), into: arrays.v)
    if layout.directions > 0 {
      try program.read(dv, bytes: bytes(layout.tangentNumbers), into: arrays.dv)
    }
    event = try program.readLast(outcome, bytes: bytes(1), into: arrays.outcome)
    self.rows = rows
  }

  /// What the arrays have, to the device.
  func write() throws(OpenCLError) {
    try program.write(arrays.x, bytes: bytes(layout.numbers), to: x)
    if layout.moves { try program.write(arrays.v, bytes: bytes(layout.numbers), to: v) }
    try program.write(arrays.charge, bytes: bytes(layout.pairs), to: charge)
    if layout.directions > 0 {
      try program.write(arrays.dx, bytes: bytes(layout.tangentNumbers), to: dx)
    }
    try program.write(arrays.outcome, bytes: bytes(1), to: outcome)
  }

  /// Waits for the rows in the block, if there are any, and hands over what came of them.
  func finish(_ all: FlightRows, threads: Int) throws(OpenCLError) {
    guard let rows, let event else { return }
    try program.wait(for: event)
    (self.rows, self.event) = (nil, nil)
    arrays.empty(
      into: all.dropping(rows.lowerBound, of: layout), count: rows.count, threads: threads)
  }
}
