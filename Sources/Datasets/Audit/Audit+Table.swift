package import Physics
package import Text

extension Audit {
  /// Reads the columns of the molecule that a table has; others are passed over.
  package init(
    of table: Table<Float>, molecule: Molecule = .carbonylSulfide, threads: Int = 1
  ) throws(Failure) {
    let frame = try EventFrame(molecule.atoms > 1 ? .canonical : .centered, of: molecule)
    hasCharges = try RowCharges.found(in: table, molecule)
    units = table.units
    let pass = AuditPass(table, molecule, frame)
    defer { pass.deallocate() }
    guard table.rows > 0, !pass.columns.isEmpty else {
      throw Failure(
        table.rows == 0 ? "no rows" : "no column of positions or momenta",
        hint: "there should be columns \(NameList.of(molecule.positionColumns)) and "
          + NameList.of(molecule.momentumColumns))
    }
    let sums = pass.run(threads: threads)
    let constant = Self.areConstant(sums, pass, table, molecule)
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
    scale = Scale(pass.sizes, table, molecule, threads: threads)
    let energy = Balance(pass.ratios, sums, hasCharges ? nil : molecule.charges)
    self.energy = energy
    let isBalanced = energy.map { $0.candidates.first?.deviations == 0 } ?? true
    let fitted = hasCharges || isBalanced ? nil : ChargeFit.charges(of: table, molecule)
    fittedCharges = fitted
    reexplosion = Reexplosion(
      of: table, molecule, charges: hasCharges ? nil : fitted ?? molecule.charges, threads: threads)
    duplicates = Duplicates(in: table, threads: threads)
  }
}

extension Audit {
  /// Columns of one kind are compared with each other: SI momenta are small beside bohr.
  private static func areConstant(
    _ sums: AuditSums, _ pass: AuditPass, _ table: Table<Float>, _ molecule: Molecule
  ) -> [Bool] {
    var constant = [Bool](repeating: false, count: pass.columns.count)
    for names in [molecule.positionColumns, molecule.momentumColumns, molecule.chargeColumns] {
      let group = pass.columns.indices.filter { names.contains(table.columns[pass.columns[$0]]) }
      let found = Scaler.areConstant(group.map { sums.columns[$0] }, 1e-7)
      for (c, isConstant) in zip(group, found) { constant[c] = isConstant }
    }
    return constant
  }
}

extension Audit.Scale {
  fileprivate init?(
    _ sizes: UnsafeMutableBufferPointer<Double>, _ table: Table<Float>, _ molecule: Molecule,
    threads: Int
  ) {
    let sorted = sizes.filter { $0 > 0 && $0 < .infinity }.sorted()
    guard !sorted.isEmpty, molecule.atoms > 1 else { return nil }
    let median = Quantile.of(sorted, 0.5)
    let plausible = Self.plausible(molecule)
    self.init(
      median: median, plausible: plausible,
      candidates: plausible.contains(median)
        ? [] : EnergyUnits.momenta.filter { plausible.contains(median * $0.factor) },
      outliers: Outliers(in: table, molecule, median: median, threads: threads))
  }

  /// From a few tenths of the equilibrium's to far beyond dissociation; without a structure, those
  /// of any molecule.
  private static func plausible(_ molecule: Molecule) -> ClosedRange<Double> {
    guard let geometry = molecule.structure?.geometry else { return 1.4...60 }
    let potential = Energy.potential(
      geometry.flatMap { [$0.x, $0.y, $0.z] }, charges: molecule.charges)
    let size = molecule.chargeProduct / potential
    return 0.5 * size...12 * size
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
    _ ratios: UnsafeMutableBufferPointer<Double>, _ sums: AuditSums, _ charges: [Double]?
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
