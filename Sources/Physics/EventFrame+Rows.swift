import Machine

extension EventFrame {
  /// Many rows into the frame: `Float` rows in and out, one after the other, `Double` inside.
  ///
  /// - Parameters:
  ///   - momenta: Always needed, because they define the frame.
  ///   - framedMomenta, framedPositions: Filled where given; shaped like their sources.
  /// - Returns: how many rows have momenta that define no axes.
  @discardableResult package func toFrame(
    momenta: UnsafeBufferPointer<Float>, positions: UnsafeBufferPointer<Float>? = nil,
    intoMomenta framedMomenta: UnsafeMutableBufferPointer<Float>? = nil,
    intoPositions framedPositions: UnsafeMutableBufferPointer<Float>? = nil, threads: Int = 1
  ) -> Int {
    precondition(framedPositions == nil || positions?.count == momenta.count, "positions")
    precondition((framedPositions ?? framedMomenta)?.count == momenta.count, "nowhere to write")
    nonisolated(unsafe) let arrays = (momenta, positions, framedMomenta, framedPositions)
    return overRows(momenta.count / molecule.width, threads) { pass, row, scratch in
      scratch.load(arrays.0, row)
      let orientation = pass.orientation(of: UnsafeBufferPointer(scratch))
      if let momenta = arrays.2 {
        pass.toFrame(momenta: scratch, orientation)
        scratch.store(momenta, row)
      }
      if let source = arrays.1, let target = arrays.3 {
        scratch.load(source, row)
        pass.toFrame(positions: scratch, orientation)
        scratch.store(target, row)
      }
      return orientation.axes
    }
  }

  /// Many rows of positions back from the frame that their momenta define.
  ///
  /// - Parameters:
  ///   - positions: For every row of momenta, `samples` rows, one after the other.
  @discardableResult package func fromFrame(
    positions: UnsafeBufferPointer<Float>, momenta: UnsafeBufferPointer<Float>,
    samples: Int = 1, into restored: UnsafeMutableBufferPointer<Float>, threads: Int = 1
  ) -> Int {
    precondition(positions.count == samples * momenta.count, "\(samples) samples per row")
    precondition(restored.count == positions.count, "nowhere to write")
    nonisolated(unsafe) let arrays = (positions, momenta, restored)
    return overRows(momenta.count / molecule.width, threads) { pass, row, scratch in
      scratch.load(arrays.1, row)
      let orientation = pass.orientation(of: UnsafeBufferPointer(scratch))
      for sample in row * samples..<(row + 1) * samples {
        scratch.load(arrays.0, sample)
        pass.fromFrame(positions: scratch, orientation)
        scratch.store(arrays.2, sample)
      }
      return orientation.axes
    }
  }

  /// Rows that a thread takes at a time.
  private static let part = 8192

  /// - Returns: how many rows `body` called undefined.
  private func overRows(
    _ rows: Int, _ threads: Int,
    _ body: @Sendable (FramePass, Int, UnsafeMutableBufferPointer<Double>) -> Orientation.Axes
  ) -> Int {
    let parts = (rows + Self.part - 1) / Self.part
    return ParallelParts.run(parts, threads: threads) { part in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: molecule.width) { scratch in
        withPass { pass in
          var undefined = 0
          for row in part * Self.part..<min(rows, (part + 1) * Self.part) {
            if body(pass, row, scratch) == .undefined { undefined += 1 }
          }
          return undefined
        }
      }
    }.reduce(0, +)
  }
}

extension UnsafeMutableBufferPointer<Double> {
  @inline(__always)
  fileprivate func load(_ rows: UnsafeBufferPointer<Float>, _ row: Int) {
    for k in 0..<count { self[k] = Double(rows[row * count + k]) }
  }

  @inline(__always)
  fileprivate func store(_ rows: UnsafeMutableBufferPointer<Float>, _ row: Int) {
    for k in 0..<count { rows[row * count + k] = Float(self[k]) }
  }
}
