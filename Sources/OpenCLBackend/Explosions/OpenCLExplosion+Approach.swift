import COpenCL
import Machine
import Physics

extension OpenCLExplosion: Approach {
  /// Newton's method from rest, in the precision of the device, from starts that are scaled and turned
  /// first.
  package func approach(
    _ starts: [Double], to momenta: [Double], charges: [Double]?, tolerance: Double, threads: Int
  ) throws -> (positions: [Double], errors: [Double]) {
    let width = molecule.width
    let count = starts.count / width
    precondition(momenta.count == starts.count && molecule.atoms > 1)
    var positions = starts
    var errors = [Double](repeating: .infinity, count: count)
    guard count > 0 else { return (positions, errors) }
    // Velocities that are to be reached take the place of those at the start.
    let layout = FlightLayout(molecule, isDouble: isDouble, moves: true)
    let program = try program(layout, tangents: true)
    let room = program.room(for: count, numbers: NewtonBlock.numbers(layout), blockBytes, isDouble)
    let block = try device.naming { () throws(OpenCLError) in
      try NewtonBlock(layout, stride: room, program)
    }
    var codes = [Int32](repeating: 0, count: count)
    let fitted = try fitted(starts, to: momenta, charges: charges, threads: threads)
    try withPointers(fitted, momenta, charges) { from, momenta, charges in
      try codes.withUnsafeMutableBufferPointer { codes in
        try positions.withUnsafeMutableBufferPointer { positions in
          guard let codes = codes.baseAddress, let positions = positions.baseAddress else { return }
          let all = FlightRows(
            positions: from, start: momenta, charges: charges, outcomes: codes)
          for begin in stride(from: 0, to: count, by: room) {
            let rows = begin..<min(begin + room, count)
            let own = all.dropping(begin, of: layout)
            let found = try device.naming { () throws(OpenCLError) in
              try block.run(
                own, count: rows.count, goal: max(tolerance, smallestError), steps: 24,
                threads: threads)
            }
            block.arrays.emptyPositions(
              of: own, count: rows.count, into: positions + begin * width, threads: threads)
            errors.replaceSubrange(rows, with: found)
          }
        }
      }
    }
    // A start that does not explode stays what it was.
    for row in 0..<count where errors[row] == .infinity {
      positions.replaceSubrange(
        row * width..<(row + 1) * width, with: starts[row * width..<(row + 1) * width])
    }
    return (positions, errors)
  }

  /// Starts that explode into momenta of the right size and direction.
  private func fitted(
    _ starts: [Double], to momenta: [Double], charges: [Double]?, threads: Int
  ) throws -> [Double] {
    let exploded = try explode(starts, charges: charges, threads: threads).momenta
    let (fit, width) = (StartFit(molecule), molecule.width)
    let part = 1024
    let parts = (starts.count / width + part - 1) / part
    return ParallelParts.run(parts, threads: threads) { index in
      let rows = index * part..<min((index + 1) * part, starts.count / width)
      return rows.flatMap { row in
        let own = row * width..<(row + 1) * width
        return fit.fitted(starts[own], exploded: exploded[own], to: momenta[own])
          ?? Array(starts[own])
      }
    }.flatMap { $0 }
  }

  /// What rounding leaves of the momenta.
  private var smallestError: Double { isDouble ? 1e-9 : 5e-6 }
}
