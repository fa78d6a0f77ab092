import CPhysics
import Machine

/// How rows of a molecule are handed to a device that computes their flights itself.
///
/// What can go wrong with a row, and the way to the units of a flight and back, are the same for
/// every device and computed here.
package struct FlightLayout: Hashable, Sendable {
  package let molecule: Molecule
  package let isDouble: Bool
  /// Rows have momenta at the start.
  package let moves: Bool
  /// Along which derivatives are computed.
  package let directions: Int

  package init(_ molecule: Molecule, isDouble: Bool, moves: Bool = false, directions: Int = 0) {
    (self.molecule, self.isDouble) = (molecule, isDouble)
    (self.moves, self.directions) = (moves, directions)
  }

  /// Three atoms from rest stay in their plane.
  package var isPlanar: Bool { molecule.atoms == 3 && !moves && directions == 0 }
  package var dimensions: Int { isPlanar ? 2 : 3 }
  /// Of the positions of a row relative to atom 0.
  package var numbers: Int { (molecule.atoms - 1) * dimensions }
  package var pairs: Int { molecule.atoms * (molecule.atoms - 1) / 2 }
  package var tangentNumbers: Int { directions * numbers }
  package var elementSize: Int { isDouble ? 8 : 4 }

  /// Over the reciprocal of the smallest mass.
  package var inverseMasses: [Double] {
    let least = molecule.masses.min() ?? 1
    return molecule.masses.map { least / $0 }
  }
}

/// Rows of a caller, and where the results belong.
package struct FlightRows {
  package var positions: UnsafePointer<Double>
  package var start: UnsafePointer<Double>?
  /// Nil for the molecule's.
  package var charges: UnsafePointer<Double>?
  package var displacements: UnsafePointer<Double>?
  package var momenta: UnsafeMutablePointer<Double>?
  package var tangents: UnsafeMutablePointer<Double>?
  package var outcomes: UnsafeMutablePointer<Int32>

  package init(
    positions: UnsafePointer<Double>, start: UnsafePointer<Double>? = nil,
    charges: UnsafePointer<Double>? = nil, displacements: UnsafePointer<Double>? = nil,
    momenta: UnsafeMutablePointer<Double>? = nil, tangents: UnsafeMutablePointer<Double>? = nil,
    outcomes: UnsafeMutablePointer<Int32>
  ) {
    (self.positions, self.start, self.charges) = (positions, start, charges)
    (self.displacements, self.momenta, self.tangents) = (displacements, momenta, tangents)
    self.outcomes = outcomes
  }

  /// The same without the first `count` rows.
  package func dropping(_ count: Int, of layout: FlightLayout) -> FlightRows {
    let width = count * layout.molecule.width
    return FlightRows(
      positions: positions + width, start: start.map { $0 + width },
      charges: charges.map { $0 + count * layout.molecule.atoms },
      displacements: displacements.map { $0 + width * layout.directions },
      momenta: momenta.map { $0 + width },
      tangents: tangents.map { $0 + width * layout.directions },
      outcomes: outcomes + count)
  }
}

extension FlightArrays {
  /// Rows of one thread at a time.
  private static let part = 4096

  /// Fills the arrays with the first `count` rows, and outcomes of those that cannot be exploded.
  package func fill(with rows: FlightRows, count: Int, threads: Int) {
    pad(from: count)
    forParts(of: rows, count, threads: threads) { settings, call, scaled, range in
      var (settings, call, scaled) = (settings, call, scaled)
      guard cp_scale(&settings, &call, &scaled, range.lowerBound, range.upperBound) == 1 else {
        preconditionFailure("no memory for a block of rows")
      }
    }
  }

  /// Momenta, derivatives and outcomes of the first `count` rows.
  package func empty(into rows: FlightRows, count: Int, threads: Int) {
    forParts(of: rows, count, threads: threads) { settings, call, scaled, range in
      var (settings, call, scaled) = (settings, call, scaled)
      guard cp_unscale(&settings, &call, &scaled, range.lowerBound, range.upperBound) == 1 else {
        preconditionFailure("no memory for a block of rows")
      }
    }
  }

  /// Positions in space from those of the arrays, atom 0 where it is in `rows`.
  package func emptyPositions(
    of rows: FlightRows, count: Int, into positions: UnsafeMutablePointer<Double>, threads: Int
  ) {
    nonisolated(unsafe) let positions = positions
    forParts(of: rows, count, threads: threads) { settings, call, scaled, range in
      var (settings, call, scaled) = (settings, call, scaled)
      cp_unscale_positions(
        &settings, &call, &scaled, range.lowerBound, range.upperBound, positions)
    }
  }

  private func forParts(
    of rows: FlightRows, _ count: Int, threads: Int,
    _ body: @Sendable (cp_settings, cp_explosions, cp_scaled, Range<Int>) -> Void
  ) {
    precondition(count <= stride, "more rows than there is room for")
    let (molecule, directions) = (layout.molecule, layout.directions)
    molecule.masses.withUnsafeBufferPointer { masses in
      molecule.charges.withUnsafeBufferPointer { common in
        // Orders and tolerances are the device's affair.
        nonisolated(unsafe) let settings = cp_settings(
          atoms: Int32(molecule.atoms), order: 0, first_order: 0, step_limit: 0, tolerance: 0,
          tail_tolerance: 0, masses: masses.baseAddress)
        nonisolated(unsafe) let call = cp_explosions(
          rows: count, positions: rows.positions, start: layout.moves ? rows.start : nil,
          charges: rows.charges ?? common.baseAddress,
          charge_stride: rows.charges == nil ? 0 : molecule.atoms, directions: Int32(directions),
          in_plane: 0, displacements: rows.displacements, momenta: rows.momenta,
          tangents: rows.tangents, outcome: rows.outcomes)
        nonisolated(unsafe) let scaled = self.scaled
        let parts = (count + Self.part - 1) / Self.part
        _ = ParallelParts.run(parts, threads: threads) { part in
          body(settings, call, scaled, part * Self.part..<min((part + 1) * Self.part, count))
        }
      }
    }
  }
}
