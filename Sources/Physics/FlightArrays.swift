import CPhysics

/// What the flights of rows are computed from, and what comes of them, in the units of a flight.
///
/// Number i of row r is at i · stride + r, as `Float` or `Double`.
package final class FlightArrays {
  package let layout: FlightLayout
  /// Rows that there is room for.
  package let stride: Int
  /// Positions; velocities at the start, and then at infinity.
  package let x, v: UnsafeMutableRawPointer
  /// Products of charges of pairs.
  package let charge: UnsafeMutableRawPointer
  /// Changes of positions, and of the velocities at infinity.
  package let dx, dv: UnsafeMutableRawPointer
  /// 0 where there is something to compute; the number of steps after that, or a negative code.
  package let outcome: UnsafeMutableRawPointer
  private let frame: UnsafeMutablePointer<Double>

  package init(_ layout: FlightLayout, stride: Int) {
    func array(_ numbers: Int) -> UnsafeMutableRawPointer {
      let bytes = max(1, numbers * stride) * layout.elementSize
      let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
      return memory
    }
    (self.layout, self.stride) = (layout, stride)
    (x, v, charge) = (array(layout.numbers), array(layout.numbers), array(layout.pairs))
    (dx, dv) = (array(layout.tangentNumbers), array(layout.tangentNumbers))
    outcome = array(1)
    frame = .allocate(capacity: stride * Int(CP_FRAME_NUMBERS))
    frame.initialize(repeating: 0, count: stride * Int(CP_FRAME_NUMBERS))
  }

  deinit {
    for memory in [x, v, charge, dx, dv, outcome] { memory.deallocate() }
    frame.deallocate()
  }

  /// Rows from `count` on have nothing to compute.
  func pad(from count: Int) {
    for row in count..<stride {
      if layout.isDouble {
        outcome.storeBytes(of: -1, toByteOffset: row * 8, as: Double.self)
      } else {
        outcome.storeBytes(of: -1, toByteOffset: row * 4, as: Float.self)
      }
    }
  }

  var scaled: cp_scaled {
    cp_scaled(
      planar: layout.isPlanar ? 1 : 0, doubles: layout.isDouble ? 1 : 0, stride: stride, x: x,
      v: v, charge: charge, dx: dx, dv: dv, outcome: outcome, frame: frame)
  }
}
