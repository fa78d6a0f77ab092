import Machine

/// Geometries of any number of atoms that explode into given momenta, as far as starts lead to them.
///
/// Every start is refined; those that end at the same geometry are one. Unlike `ExactSolver`, which is
/// for three atoms, it cannot tell whether a geometry is missing.
package struct GeometrySearch: Sendable {
  private let refiner: GeometryRefiner

  package init(_ molecule: Molecule) { refiner = GeometryRefiner(molecule) }

  var width: Int { refiner.molecule.width }
  var atoms: Int { refiner.molecule.atoms }

  /// Starts of a part of the work for one thread.
  private static let part = 512

  /// - Parameters:
  ///   - momenta: Rows of 3N numbers, one for each event.
  ///   - starts: For each event the same number of rows of 3N positions.
  ///   - charges: Of the ions of each event; nil for the molecule's.
  package func search(
    _ momenta: [Double], from starts: [Double], charges: [Double]? = nil, threads: Int = 1
  ) -> [FoundEvent] {
    let events = momenta.count / width
    guard events > 0 else { return [] }
    let count = starts.count / momenta.count
    precondition(count > 0 && starts.count == momenta.count * count, "\(starts.count) positions")
    let part = max(1, Self.part / count)
    return ParallelParts.run((events + part - 1) / part, threads: threads) { index in
      let range = index * part..<min(events, (index + 1) * part)
      return search(
        part: momenta.rows(range, width: width), starts.rows(range, width: count * width), count,
        charges.map { $0.rows(range, width: atoms) })
    }.flatMap { $0 }
  }

  private func search(
    part momenta: [Double], _ starts: [Double], _ count: Int, _ charges: [Double]?
  ) -> [FoundEvent] {
    func repeated(_ all: [Double], _ width: Int) -> [Double] {
      stride(from: 0, to: all.count, by: width).flatMap { begin in
        (0..<count).flatMap { _ in all[begin..<begin + width] }
      }
    }
    let refined = refiner.refine(
      starts, to: repeated(momenta, width), charges: charges.map { repeated($0, atoms) })
    let groups = stride(from: 0, to: refined.count, by: count).map { begin in
      StartGroups(Array(refined[begin..<begin + count]), refiner.explosion.coordinates)
    }
    // Of all events at once: lanes of the simulator are filled.
    let positions = groups.flatMap { $0.geometries.flatMap { $0.positions } }
    let ofEach = charges.map { charges in
      groups.enumerated().flatMap { event, group in
        group.geometries.flatMap { _ in charges[event * atoms..<(event + 1) * atoms] }
      }
    }
    let determinants = refiner.explosion.determinants(of: positions, charges: ofEach)
    var next = 0
    return groups.map { group in
      defer { next += group.geometries.count }
      return event(group, determinants[next..<next + group.geometries.count])
    }
  }

  private func event(
    _ group: StartGroups, _ determinants: ArraySlice<MomentumDeterminant>
  ) -> FoundEvent {
    let geometries = zip(zip(group.geometries, group.arrivals), determinants).map { found, det in
      FoundGeometry(
        positions: found.0.positions, residual: found.0.residual, determinant: det,
        arrivals: found.1)
    }
    let isImpossible = group.starts.contains { $0.outcome == .impossible }
    let isFolded = geometries.contains(where: \.isAtFold)
    return FoundEvent(
      geometries: geometries,
      status: isImpossible
        ? .impossible : geometries.isEmpty ? .unreached : isFolded ? .nearFold : .found,
      starts: group.starts, places: group.places)
  }
}
