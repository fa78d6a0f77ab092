package import Physics
package import Text

extension Audit {
  /// Reads the columns of the molecule that a table has; others are passed over.
  package init(
    of table: Table<Float>, molecule: Molecule = .carbonylSulfide, threads: Int = 1
  ) throws(Failure) {
    let frame = try EventFrame(molecule.atoms > 1 ? .canonical : .centered, of: molecule)
    hasCharges = try RowCharges.found(in: table, molecule)
    let pass = AuditPass(table, molecule, frame)
    defer { pass.ratios.deallocate() }
    guard table.rows > 0, !pass.columns.isEmpty else {
      throw Failure(
        table.rows == 0 ? "no rows" : "no column of positions or momenta",
        hint: "there should be columns \(NameList.of(molecule.positionColumns)) and "
          + NameList.of(molecule.momentumColumns))
    }
    let sums = pass.run(threads: threads)
    let constant = Scaler.areConstant(sums.columns, 1e-7)
    columns = pass.columns.indices.map { c in
      let found = sums.columns[c]
      return Column(
        name: table.columns[pass.columns[c]], least: found.least, most: found.most,
        mean: found.mean, standardDeviation: found.standardDeviation, isConstant: constant[c],
        notFinite: sums.notFinite[c])
    }
    (rows, self.molecule) = (table.rows, molecule)
    geometry = pass.hasPositions && sums.placed > 0 ? Geometry(sums, molecule) : nil
    motion = pass.hasMomenta && sums.moving > 0 ? Motion(sums, molecule) : nil
    energy = Balance(pass.ratios, sums, hasCharges ? nil : molecule.charges)
    duplicates = Duplicates(in: table, threads: threads)
  }
}

extension Audit.Geometry {
  fileprivate init(_ sums: AuditSums, _ molecule: Molecule) {
    let rows = Double(sums.placed)
    self.init(
      centerOffset: (sums.squaredCenter / rows).squareRoot(),
      mostCenterOffset: sums.mostSquaredCenter.squareRoot(),
      size: (sums.squaredSize / rows / Double(molecule.atoms)).squareRoot(),
      shortestBond: sums.shortest, longestBond: sums.longest, shortestPair: sums.shortestPair,
      longestPair: sums.longestPair)
  }
}

extension Audit.Motion {
  fileprivate init(_ sums: AuditSums, _ molecule: Molecule) {
    let rows = Double(sums.moving)
    self.init(
      total: (sums.squaredTotal / rows).squareRoot(),
      mostTotal: sums.mostSquaredTotal.squareRoot(),
      typical: (sums.squaredMomentum / rows / Double(molecule.atoms)).squareRoot(),
      collinearRows: sums.collinear, restingRows: sums.resting)
  }
}

extension Audit.Balance {
  /// - Parameter ratios: Sorted here.
  fileprivate init?(
    _ ratios: UnsafeMutableBufferPointer<Float>, _ sums: AuditSums, _ charges: [Double]?
  ) {
    guard sums.balanced > 0 else { return nil }
    var count = 0
    for ratio in ratios where ratio.isFinite {
      ratios[count] = ratio
      count += 1
    }
    guard count > 0 else { return nil }
    var sorted = UnsafeMutableBufferPointer(rebasing: ratios[..<count])
    sorted.sort()
    let (low, middle, high) = (
      Quantile.of(sorted, 0.05), Quantile.of(sorted, 0.5), Quantile.of(sorted, 0.95)
    )
    // Noise f·|p| on every component moves KE by 2f √(Σ eᵢ²) of itself, eᵢ being the atoms' shares;
    // between the 5th and the 95th percentile there are 3.29 σ. Taking the total back costs nothing
    // to first order.
    let spread = (high - low) / (3.2897 * middle)
    let shares = (sums.squaredShares / Double(sums.balanced)).squareRoot()
    self.init(
      median: middle, low: low, high: high,
      candidates: EnergyUnits.candidates(for: middle, charges: charges),
      noise: shares > 0 ? spread / (2 * shares) : 0)
  }
}
