import CPhysics
import Machine

/// Every shape of three atoms with the shape of the velocities that it explodes into, as rectangles
/// of charts that are small where the map bends; see `CInverse.h`.
///
/// It depends on masses and charges only. A geometry whose closest pair is closer than e⁻¹² of the
/// third atom's distance is not in it.
package final class ShapeTable: Sendable {
  package let molecule: Molecule
  private nonisolated(unsafe) let table: OpaquePointer

  /// - Parameter molecule: Three atoms.
  package init(_ molecule: Molecule, threads: Int = 1) {
    precondition(molecule.atoms == 3, "a table of shapes is for three atoms")
    self.molecule = molecule
    guard let table = cp_table_create(molecule.masses, molecule.charges) else { Self.noMemory() }
    self.table = table
    while cp_table_waiting(table) > 0 {
      nonisolated(unsafe) let shared = table
      let count = cp_table_waiting(table)
      let done = ParallelParts.run((count + Self.part - 1) / Self.part, threads: threads) { part in
        cp_table_evaluate(shared, part * Self.part, min(count, (part + 1) * Self.part))
      }
      guard done.allSatisfy({ $0 != 0 }), cp_table_split(table) != 0 else { Self.noMemory() }
    }
    guard cp_table_index(table) != 0 else { Self.noMemory() }
  }

  private init(_ molecule: Molecule, _ table: OpaquePointer) {
    (self.molecule, self.table) = (molecule, table)
  }

  /// The table from the folder of what can be made again, or a new one, which is then kept there. A
  /// file that is damaged, or not of this molecule, is as good as none.
  package static func kept(
    _ molecule: Molecule, in folder: String? = Cache.folder("shapes"), threads: Int = 1
  ) -> ShapeTable {
    guard let folder else { return ShapeTable(molecule, threads: threads) }
    let numbers = (molecule.masses + molecule.charges).map { String($0.bitPattern, radix: 36) }
    let path = "\(folder)/\(numbers.joined(separator: "-")).table"
    if let bytes = try? Files.read(path), let table = ShapeTable(molecule, bytes: bytes) {
      return table
    }
    let table = ShapeTable(molecule, threads: threads)
    if Files.makeFolder(folder) == nil { try? OutputFile.write(table.bytes, to: path) }
    return table
  }

  /// nil unless these are the bytes of a table of this molecule.
  package convenience init?(_ molecule: Molecule, bytes: [UInt8]) {
    guard let table = cp_table_read(molecule.masses, molecule.charges, bytes, bytes.count) else {
      return nil
    }
    self.init(molecule, table)
  }

  package var bytes: [UInt8] {
    let count = cp_table_bytes(table)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      cp_table_write(table, buffer.baseAddress)
      written = count
    }
  }

  deinit { cp_table_free(table) }

  package var cells: Int { cp_table_cells(table) }

  private static func noMemory() -> Never { preconditionFailure("no memory for a table of shapes") }

  /// Vertices that a thread explodes at a time.
  private static let part = 1024

  /// The geometries of events, by the shapes of their velocities: `re, im` of each.
  ///
  /// - Parameter wide: Searches from farther away, for events where the usual ones missed some:
  ///   several times slower.
  func solve(_ shapes: [Double], wide: Bool) -> [cp_solution] {
    let events = shapes.count / 2
    // Four is the usual largest number; more are asked for again.
    var room = 5 * events + 16
    while true {
      var count = 0
      let found = [cp_solution](unsafeUninitializedCapacity: room) { buffer, written in
        count = cp_table_solve(table, events, shapes, wide ? 1 : 0, room, buffer.baseAddress)
        if count < 0 { Self.noMemory() }
        written = min(count, room)
      }
      if count <= room { return found }
      room = count
    }
  }
}
