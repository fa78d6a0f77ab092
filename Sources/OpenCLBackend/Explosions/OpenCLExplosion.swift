import COpenCL
package import Physics

/// Explosions of one molecule on an OpenCL device; rows go through in blocks of bounded memory.
///
/// Computes in `Double` where it is asked to, and else in `Float`, whose rounding leaves an error of
/// about 1e-6 whatever the accuracy. The result of a row depends on the row and on the device only.
package final class OpenCLExplosion: Explosions {
  package let molecule: Molecule
  package let accuracy: Accuracy
  package let isDouble: Bool
  let device: OpenCLDevice
  package var deviceName: String { device.name }
  private let handles: (context: Handle, queue: Handle)
  private var programs: [ProgramKey: ExplosionProgram] = [:]
  private var blocks: [FlightLayout: [ExplosionBlock]] = [:]

  private struct ProgramKey: Hashable {
    let isPlanar, tangents: Bool
  }

  /// A device keeps the coefficients of a row's motion in private memory, which grows as the number
  /// of pairs.
  package static let mostAtoms = 8

  /// Of the memory of one block, on the device and beside it; there are two.
  let blockBytes: Int

  package init(
    _ molecule: Molecule, on device: OpenCLDevice, accuracy: Accuracy = .single,
    isDouble: Bool = false, blockBytes: Int = 64 << 20
  ) throws(OpenCLError) {
    (self.molecule, self.device) = (molecule, device)
    (self.accuracy, self.isDouble, self.blockBytes) = (accuracy, isDouble, blockBytes)
    if molecule.atoms > Self.mostAtoms {
      throw OpenCLError(
        "\(molecule.atoms) atoms are more than the \(Self.mostAtoms) that its explosions are for",
        device: device.name, hint: "use --backend cpu")
    }
    if isDouble && !device.properties.hasDoubles {
      throw OpenCLError(
        "the device has no double precision, and momenta in single precision are off by 1e-6",
        device: device.name, hint: "omit --precise, or use --backend cpu")
    }
    handles = try device.naming { () throws(OpenCLError) in
      try OpenCLSession.contextAndQueue(on: device.id)
    }
  }

  package func explode(
    _ positions: [Double], start: [Double]? = nil, charges: [Double]? = nil, threads: Int = 1
  ) throws -> (momenta: [Double], outcomes: [Outcome]) {
    let rows = positions.count / molecule.width
    // An atom by itself keeps its momentum.
    guard molecule.atoms > 1, rows > 0 else {
      return CoulombExplosion(molecule).explode(
        positions, start: start, charges: charges, threads: threads)
    }
    let layout = FlightLayout(molecule, isDouble: isDouble, moves: start != nil)
    let (momenta, _, outcomes) = try explode(
      positions, start, charges: charges, layout, threads: threads)
    return (momenta, outcomes)
  }

  /// From rest, with the derivatives of the momenta: `displacements` are rows × directions × width
  /// changes of the positions, and the changes of the momenta are shaped like them.
  package func explode(
    _ positions: [Double], directions: Int, along displacements: [Double],
    charges: [Double]? = nil, threads: Int = 1
  ) throws -> (momenta: [Double], tangents: [Double], outcomes: [Outcome]) {
    precondition(molecule.atoms > 1 && directions > 0, "nothing to differentiate")
    precondition(displacements.count == positions.count * directions)
    let layout = FlightLayout(molecule, isDouble: isDouble, directions: directions)
    return try explode(positions, displacements, charges: charges, layout, threads: threads)
  }

  /// - Parameter others: momenta at the start or, from rest, displacements.
  private func explode(
    _ positions: [Double], _ others: [Double]?, charges: [Double]?, _ layout: FlightLayout,
    threads: Int
  ) throws -> (momenta: [Double], tangents: [Double], outcomes: [Outcome]) {
    var momenta = [Double](repeating: .nan, count: positions.count)
    var tangents = [Double](repeating: .nan, count: positions.count * layout.directions)
    var codes = [Int32](repeating: 0, count: positions.count / molecule.width)
    try momenta.withUnsafeMutableBufferPointer { momenta in
      try tangents.withUnsafeMutableBufferPointer { tangents in
        try codes.withUnsafeMutableBufferPointer { codes in
          try withPointers(positions, others, charges) { positions, others, charges in
            guard let first = codes.baseAddress else { return }
            try stream(
              FlightRows(
                positions: positions, start: layout.moves ? others : nil, charges: charges,
                displacements: layout.moves ? nil : others, momenta: momenta.baseAddress,
                tangents: tangents.baseAddress, outcomes: first),
              count: codes.count, layout, threads: threads)
          }
        }
      }
    }
    return (momenta, tangents, codes.map(Outcome.init(code:)))
  }

  func withPointers(
    _ a: [Double], _ b: [Double]?, _ c: [Double]?,
    _ body: (UnsafePointer<Double>, UnsafePointer<Double>?, UnsafePointer<Double>?) throws -> Void
  ) rethrows {
    try a.withUnsafeBufferPointer { a in
      try (b ?? []).withUnsafeBufferPointer { inner in
        try (c ?? []).withUnsafeBufferPointer { last in
          guard let a = a.baseAddress else { return }
          try body(a, b == nil ? nil : inner.baseAddress, c == nil ? nil : last.baseAddress)
        }
      }
    }
  }
}

extension OpenCLExplosion {
  /// Two blocks take turns: while the device computes one, the CPU prepares the other.
  private func stream(
    _ rows: FlightRows, count: Int, _ layout: FlightLayout, threads: Int
  ) throws(OpenCLError) {
    do throws(OpenCLError) {
      try device.naming { () throws(OpenCLError) in
        let blocks = try blocks(layout, rows: count)
        let room = blocks[0].arrays.stride
        for (number, begin) in stride(from: 0, to: count, by: room).enumerated() {
          let block = blocks[number % 2]
          try block.finish(rows, threads: threads)
          try block.start(
            rows, begin..<min(begin + room, count), threads: threads, by: Self.launch)
        }
        for block in blocks { try block.finish(rows, threads: threads) }
      }
    } catch {
      // They may still hold rows of this call.
      blocks = [:]
      throw error
    }
  }

  static func launch(_ block: ExplosionBlock) throws(OpenCLError) {
    let (program, arrays) = (block.program, block.arrays)
    let (directions, moves) = (arrays.layout.directions, arrays.layout.moves)
    let buffers =
      directions > 0
      ? [block.x, block.charge, block.inverseMass, block.dx, block.dv, block.end, block.outcome]
      : [block.x, block.v, block.charge, block.inverseMass, block.end, block.outcome]
    let kernel = try program.kernel(
      directions > 0 ? "explode_tangents" : "explode",
      buffers.map { .buffer($0) } + [
        .int(directions > 0 ? directions : moves ? 1 : 0), .int(program.stepLimit),
        .int(arrays.stride),
      ])
    try program.enqueue(kernel, rows: arrays.stride)
  }

  func program(_ layout: FlightLayout, tangents: Bool) throws(OpenCLError) -> ExplosionProgram {
    let key = ProgramKey(isPlanar: layout.isPlanar, tangents: tangents)
    if let program = programs[key] { return program }
    let program = try ExplosionProgram(
      layout, accuracy: accuracy, tangents: tangents, on: device, handles)
    programs[key] = program
    return program
  }

  /// Two blocks with room for the rows, or for as many as the memory of a block allows; kept for the
  /// next call.
  private func blocks(_ layout: FlightLayout, rows: Int) throws(OpenCLError) -> [ExplosionBlock] {
    let program = try program(layout, tangents: layout.directions > 0)
    let room = program.room(
      for: rows, numbers: ExplosionBlock.numbers(layout), blockBytes, isDouble)
    if let kept = blocks[layout], kept[0].arrays.stride == room { return kept }
    // The memory of others is not needed any more.
    blocks = [:]
    let pair = [
      try ExplosionBlock(layout, stride: room, program),
      try ExplosionBlock(layout, stride: room, program),
    ]
    blocks[layout] = pair
    return pair
  }
}
