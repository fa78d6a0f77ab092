import CPhysics
import Machine

/// Asymptotic momenta of point charges that start at given positions, from rest or with momenta.
///
/// `rᵢ″ = Σⱼ qᵢqⱼ (rᵢ − rⱼ)/(mᵢ |rᵢ − rⱼ|³)`, several rows at a time in vector
/// lanes. The result of a row depends only on the row and on the instruction set of the CPU.
package struct CoulombExplosion: Sendable {
  package let molecule: Molecule
  package let accuracy: Accuracy

  package init(_ molecule: Molecule = .carbonylSulfide, accuracy: Accuracy = .precise) {
    (self.molecule, self.accuracy) = (molecule, accuracy)
  }

  /// Simulates rows of `molecule.width` numbers that lie one after the other.
  ///
  /// - Parameters:
  ///   - start: Initial momenta, shaped like the positions; nil for rest.
  ///   - directions: How many derivatives of the momenta of a row there are, of flights from rest.
  ///   - displacements: Changes of the positions, rows × directions × `molecule.width` numbers.
  ///   - inPlane: Of three atoms, two directions in their plane: half the time.
  ///   - charges: One charge per atom and row; nil for the molecule's.
  ///   - momenta: Shaped like the positions; nan in rows without an answer.
  ///   - tangents: Shaped like the displacements: changes of the momenta.
  ///   - outcomes: One code per row, for `Outcome`.
  package func explode(
    _ positions: UnsafeBufferPointer<Double>, start: UnsafeBufferPointer<Double>? = nil,
    directions: Int = 0, along displacements: UnsafeBufferPointer<Double>? = nil,
    inPlane: Bool = false, charges: UnsafeBufferPointer<Double>? = nil,
    into momenta: UnsafeMutableBufferPointer<Double>,
    tangents: UnsafeMutableBufferPointer<Double>? = nil,
    outcomes: UnsafeMutableBufferPointer<Int32>
  ) {
    let width = molecule.width
    let rows = positions.count / width
    precondition(positions.count == rows * width, "positions are no whole number of rows")
    precondition(momenta.count == positions.count && outcomes.count == rows)
    precondition(start == nil || start?.count == positions.count && directions == 0)
    precondition(charges == nil || charges?.count == rows * molecule.atoms)
    precondition((displacements?.count ?? 0) == positions.count * directions)
    precondition(tangents?.count == displacements?.count)
    precondition(!inPlane || (molecule.atoms == 3 && directions == 2))
    molecule.masses.withUnsafeBufferPointer { masses in
      molecule.charges.withUnsafeBufferPointer { common in
        var settings = self.settings(masses: masses)
        var call = cp_explosions(
          rows: rows, positions: positions.baseAddress, start: start?.baseAddress,
          charges: (charges ?? common).baseAddress,
          charge_stride: charges == nil ? 0 : molecule.atoms,
          directions: Int32(directions), in_plane: inPlane ? 1 : 0,
          displacements: displacements?.baseAddress, momenta: momenta.baseAddress,
          tangents: tangents?.baseAddress, outcome: outcomes.baseAddress)
        let workspace = UnsafeMutableRawPointer.allocate(
          byteCount: cp_workspace_count(&settings, directions) * MemoryLayout<Double>.stride,
          alignment: 64)
        defer { workspace.deallocate() }
        cp_explode(&settings, &call, workspace.assumingMemoryBound(to: Double.self))
      }
    }
  }

  /// The same for arrays, on several threads.
  package func explode(
    _ positions: [Double], start: [Double]? = nil, charges: [Double]? = nil, threads: Int = 1
  ) -> (momenta: [Double], outcomes: [Outcome]) {
    var momenta = [Double](repeating: .nan, count: positions.count)
    var codes = [Int32](repeating: 0, count: positions.count / molecule.width)
    momenta.withUnsafeMutableBufferPointer { momenta in
      codes.withUnsafeMutableBufferPointer { codes in
        positions.withUnsafeBufferPointer { positions in
          Self.withOptional(start) { start in
            Self.withOptional(charges) { charges in
              nonisolated(unsafe) let arrays = (positions, start, charges, momenta, codes)
              let parts = (codes.count + Self.part - 1) / Self.part
              _ = ParallelParts.run(parts, threads: threads) { part in
                let rows = part * Self.part..<min((part + 1) * Self.part, arrays.4.count)
                explode(rows, arrays.0, arrays.1, arrays.2, arrays.3, arrays.4)
              }
            }
          }
        }
      }
    }
    return (momenta, codes.map(Outcome.init(code:)))
  }

  /// Momenta and their changes along `directions` displacements of each row.
  func explode(
    _ positions: [Double], along displacements: [Double], directions: Int,
    charges: [Double]? = nil, inPlane: Bool = false
  ) -> (momenta: [Double], tangents: [Double]) {
    var momenta = [Double](repeating: .nan, count: positions.count)
    var tangents = [Double](repeating: .nan, count: displacements.count)
    var outcomes = [Int32](repeating: 0, count: positions.count / molecule.width)
    positions.withUnsafeBufferPointer { positions in
      displacements.withUnsafeBufferPointer { displacements in
        momenta.withUnsafeMutableBufferPointer { momenta in
          tangents.withUnsafeMutableBufferPointer { tangents in
            outcomes.withUnsafeMutableBufferPointer { outcomes in
              Self.withOptional(charges) { charges in
                explode(
                  positions, directions: directions, along: displacements, inPlane: inPlane,
                  charges: charges, into: momenta, tangents: tangents, outcomes: outcomes)
              }
            }
          }
        }
      }
    }
    return (momenta, tangents)
  }

  /// Rows that a thread takes at a time.
  private static let part = 4096

  private func explode(
    _ rows: Range<Int>, _ positions: UnsafeBufferPointer<Double>,
    _ start: UnsafeBufferPointer<Double>?, _ charges: UnsafeBufferPointer<Double>?,
    _ momenta: UnsafeMutableBufferPointer<Double>, _ codes: UnsafeMutableBufferPointer<Int32>
  ) {
    func part(_ all: UnsafeBufferPointer<Double>, _ width: Int) -> UnsafeBufferPointer<Double> {
      UnsafeBufferPointer(rebasing: all[rows.lowerBound * width..<rows.upperBound * width])
    }
    let width = molecule.width
    explode(
      part(positions, width), start: start.map { part($0, width) },
      charges: charges.map { part($0, molecule.atoms) },
      into: momenta.part(rows.lowerBound * width..<rows.upperBound * width),
      outcomes: codes.part(rows))
  }

  private func settings(masses: UnsafeBufferPointer<Double>) -> cp_settings {
    cp_settings(
      atoms: Int32(molecule.atoms), order: Int32(accuracy.order),
      first_order: Int32(accuracy.firstOrder), step_limit: Int32(accuracy.stepLimit),
      tolerance: accuracy.tolerance, tail_tolerance: accuracy.tailTolerance,
      masses: masses.baseAddress)
  }

  static func withOptional(
    _ array: [Double]?, _ body: (UnsafeBufferPointer<Double>?) -> Void
  ) {
    if let array { array.withUnsafeBufferPointer { body($0) } } else { body(nil) }
  }
}
