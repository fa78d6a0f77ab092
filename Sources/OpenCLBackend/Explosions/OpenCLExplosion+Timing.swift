import COpenCL
import Machine
import Physics

extension OpenCLExplosion {
  /// Seconds that the kernel takes for one row, without what the CPU does before and after: the least
  /// of some runs over rows that are on the device.
  ///
  /// - Parameter directions: along which derivatives are computed.
  package func kernelSeconds(
    _ positions: [Double], directions: Int = 0
  ) throws(OpenCLError) -> Double {
    let layout = FlightLayout(molecule, isDouble: isDouble, directions: directions)
    let along = [Double](repeating: 1, count: positions.count * directions)
    var codes = [Int32](repeating: 0, count: positions.count / molecule.width)
    let (block, count) = try device.naming { () throws(OpenCLError) in
      let program = try program(layout, tangents: directions > 0)
      let stride = program.room(
        for: codes.count, numbers: ExplosionBlock.numbers(layout), blockBytes, isDouble)
      let count = min(codes.count, stride)
      return (try ExplosionBlock(layout, stride: stride, program), count)
    }
    codes.withUnsafeMutableBufferPointer { codes in
      withPointers(positions, along, nil) { positions, along, _ in
        guard let codes = codes.baseAddress else { return }
        let rows = FlightRows(positions: positions, displacements: along, outcomes: codes)
        block.arrays.fill(with: rows, count: count, threads: 1)
      }
    }
    var least = Double.infinity
    for _ in 0..<6 {
      try device.naming { () throws(OpenCLError) in
        try block.write()
        try check(clFinish(block.program.queue), "clFinish")
        let start = ContinuousClock.now
        try Self.launch(block)
        try check(clFinish(block.program.queue), "clFinish")
        least = min(least, (ContinuousClock.now - start).seconds)
      }
    }
    return least / Double(count)
  }
}
