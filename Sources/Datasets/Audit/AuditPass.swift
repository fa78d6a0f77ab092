import Physics
import Machine

/// One reading of all rows: everything but quantiles and duplicates.
struct AuditPass {
  private nonisolated(unsafe) let table: Table<Float>
  private let frame: EventFrame
  let columns: [Int]
  private let positions, momenta, charges: [Int]?
  /// KE/PE of each row; empty without both.
  let ratios: UnsafeMutableBufferPointer<Double>
  /// Q/KE of each row; empty without momenta.
  let sizes: UnsafeMutableBufferPointer<Double>

  init(_ table: Table<Float>, _ molecule: Molecule, _ frame: EventFrame) {
    (self.table, self.frame) = (table, frame)
    columns = (molecule.positionColumns + molecule.momentumColumns + molecule.chargeColumns)
      .compactMap { table.columns.firstIndex(of: $0) }
    charges = table.indices(of: molecule.chargeColumns)
    positions = table.indices(of: molecule.positionColumns)
    momenta = table.indices(of: molecule.momentumColumns)
    let both = positions != nil && momenta != nil
    ratios = .allocate(capacity: both ? table.rows : 0)
    ratios.initialize(repeating: .nan)
    sizes = .allocate(capacity: momenta == nil ? 0 : table.rows)
    sizes.initialize(repeating: .nan)
  }

  func deallocate() {
    ratios.deallocate()
    sizes.deallocate()
  }

  var hasPositions: Bool { positions != nil }
  var hasMomenta: Bool { momenta != nil }

  func run(threads: Int) -> AuditSums {
    let part = RowSource.part
    let molecule = frame.molecule
    let empty = AuditSums(columns: columns.count)
    nonisolated(unsafe) let pass = self
    return ParallelParts.run((table.rows + part - 1) / part, threads: threads) { number in
      var sums = empty
      let rows = number * part..<min(pass.table.rows, (number + 1) * part)
      pass.addColumns(rows, &sums)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: molecule.width) { x in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: molecule.width) { p in
          pass.frame.withPass { framed in
            for row in rows { pass.addRow(row, x, p, framed, &sums) }
          }
        }
      }
      return sums
    }.reduce(into: empty) { $0.add($1) }
  }

  private func addColumns(_ rows: Range<Int>, _ sums: inout AuditSums) {
    for (c, column) in columns.enumerated() {
      var found = ColumnStatistics()
      var notFinite = 0
      for row in rows {
        let x = Double(table.values[row * table.width + column])
        if x.isFinite { found.add(x) } else { notFinite += 1 }
      }
      sums.columns[c].add(found)
      sums.notFinite[c] += notFinite
    }
  }

  private func addRow(
    _ row: Int, _ x: UnsafeMutableBufferPointer<Double>, _ p: UnsafeMutableBufferPointer<Double>,
    _ pass: FramePass, _ sums: inout AuditSums
  ) {
    var potential = 0.0
    let own = charges.map { $0.map { Double(table.values[row * table.width + $0]) } }
    if let positions {
      guard load(positions, row, x) else { return }
      potential = addPositions(x, own ?? frame.molecule.charges, &sums)
    }
    guard let momenta, load(momenta, row, p) else { return }
    let shares = addMomenta(p, pass, &sums)
    sizes[row] = (own.map(Molecule.chargeProduct) ?? frame.chargeProduct) / shares.kinetic
    guard positions != nil, potential > 0, potential < .infinity, shares.kinetic > 0 else { return }
    ratios[row] = shares.kinetic / potential
    sums.squaredShares += shares.squares
    sums.balanced += 1
  }

  /// - Returns: whether all values are finite.
  private func load(
    _ columns: [Int], _ row: Int, _ target: UnsafeMutableBufferPointer<Double>
  ) -> Bool {
    var sum = 0.0
    for k in columns.indices {
      target[k] = Double(table.values[row * table.width + columns[k]])
      sum += target[k]
    }
    return sum.isFinite
  }

  /// - Returns: the potential energy.
  private func addPositions(
    _ x: UnsafeMutableBufferPointer<Double>, _ charges: [Double], _ sums: inout AuditSums
  ) -> Double {
    let masses = frame.molecule.masses
    var center = SIMD3<Double>.zero
    for i in masses.indices { center += masses[i] * x.vector(i) }
    center /= frame.molecule.mass
    sums.addCenter((center * center).sum())
    var potential = 0.0
    for i in masses.indices {
      let out = x.vector(i) - center
      sums.squaredSize += (out * out).sum()
      for j in 0..<i {
        let apart = x.vector(i) - x.vector(j)
        let distance = (apart * apart).sum().squareRoot()
        potential += charges[i] * charges[j] / distance
        sums.addBond(distance, j, i)
      }
    }
    return potential
  }

  /// - Returns: the kinetic energy as the file has it, and the sum of the squares of the atoms'
  ///   shares in it.
  private func addMomenta(
    _ p: UnsafeMutableBufferPointer<Double>, _ pass: FramePass, _ sums: inout AuditSums
  ) -> (kinetic: Double, squares: Double) {
    let masses = frame.molecule.masses
    var total = SIMD3<Double>.zero
    var (kinetic, squares) = (0.0, 0.0)
    for i in masses.indices {
      let vector = p.vector(i)
      let square = (vector * vector).sum()
      total += vector
      sums.squaredMomentum += square
      let energy = square / (2 * masses[i])
      kinetic += energy
      squares += energy * energy
    }
    sums.addTotal((total * total).sum())
    let orientation = pass.orientation(of: UnsafeBufferPointer(p))
    if orientation.axes == .undefined {
      sums.resting += 1
    } else if orientation.offAxis < 1e-6 {
      sums.collinear += 1
    }
    return (kinetic, kinetic > 0 ? squares / (kinetic * kinetic) : 0)
  }
}

extension UnsafeMutableBufferPointer<Double> {
  @inline(__always)
  fileprivate func vector(_ i: Int) -> SIMD3<Double> {
    SIMD3(self[3 * i], self[3 * i + 1], self[3 * i + 2])
  }
}
