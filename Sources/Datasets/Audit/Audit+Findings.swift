import CText
import Physics
import Text

extension Audit {
  /// A line on each of columns, constants, center, momentum, energy, noise, explosion, scale,
  /// outliers, distances, collinear, rest, duplicates and frame, as far as there is something to
  /// say.
  package var findings: [Finding] { findings(for: .inspecting) }

  /// The same with what the command at hand can do about charges.
  func findings(for command: ChargesRemedy) -> [Finding] {
    [
      columnFinding, notFiniteFinding, constantFinding, centerFinding, momentumFinding,
      energyFinding(command), noiseFinding, explosionFinding, scaleFinding(command),
      outlierFinding, distanceFinding, collinearFinding, restFinding, duplicateFinding,
      frameFinding,
    ].compactMap { $0 }
  }

  /// More than any detector has: a spread of KE/PE beyond it is something else.
  private static let mostNoise = 0.15

  private var columnFinding: Finding {
    let missing = missing
    if missing.isEmpty {
      let needed = 2 * molecule.width
      return Finding(
        "columns", .ok,
        "all \(needed) columns of positions and momenta" + (hasCharges ? ", and charges" : ""))
    }
    if missing == molecule.positionColumns {
      return Finding("columns", .note, "no positions: enough to predict from, not to train on")
    }
    let hasMomenta = !missing.contains { molecule.momentumColumns.contains($0) }
    return Finding(
      "columns", .warning,
      "no \(Self.list(missing)): " + (hasMomenta ? "training needs " : "nothing works without ")
        + (missing.count == 1 ? "it" : "them"))
  }

  private var notFiniteFinding: Finding? {
    let found = columns.filter { $0.notFinite > 0 }
    if found.isEmpty { return nil }
    let count = found.reduce(0) { $0 + $1.notFinite }
    return Finding(
      "finite", .warning,
      "\(Numbers.count(count, "value")) in \(Self.list(found.map(\.name))) not finite: the loss of such rows "
        + "is not finite either")
  }

  private var constantFinding: Finding? {
    let names = columns.filter(\.isConstant).map(\.name)
      .filter { !molecule.chargeColumns.contains($0) }
    if names.isEmpty { return nil }
    return Finding(
      "constants", .note,
      "\(Self.list(names)) \(names.count == 1 ? "is" : "are") constant: nothing to learn; in "
        + "frame=raw data.constants drops them")
  }

  private var centerFinding: Finding? {
    guard let geometry else { return nil }
    let part = geometry.centerOffset / geometry.size
    if part < Self.negligibleOffset {
      return Finding("center", .ok, "the center of mass is at 0")
    }
    // ⟨|c|²⟩/3, per coordinate.
    let floor = geometry.centerOffset * geometry.centerOffset / 3
    return Finding(
      "center", part < 1e-2 ? .note : .warning,
      "the center of mass is \(Self.text(geometry.centerOffset)) (rms) from 0, "
        + "\(Self.text(part)) of the size: momenta do not determine it; use frame=canonical or "
        + "centered. Errors in evaluate are relative to the center of mass, which leaves "
        + "\(Self.text(floor)) bohr² out of the MSE"
    )
  }

  private var momentumFinding: Finding? {
    guard let motion, molecule.atoms > 1 else { return nil }
    let part = motion.typical > 0 ? motion.total / motion.typical : 0
    if part < 1e-4 { return Finding("momentum", .ok, "the momenta of a row add up to 0") }
    return Finding(
      "momentum", part < 1e-2 ? .note : .warning,
      "momenta of a row add up to \(Self.text(motion.total)) (rms), \(Self.text(part)) of a typical "
        + "|p|: drift or lost ions; frame=canonical or centered removes it")
  }

  private func energyFinding(_ command: ChargesRemedy) -> Finding? {
    guard let energy else { return nil }
    let median = Self.text(energy.median)
    if let fittedCharges {
      return Finding(
        "energy", .warning,
        "KE/PE is \(median) with charges \(Self.list(molecule.charges)), and 1 with charges "
          + "\(Self.list(fittedCharges)): \(command.text(fittedCharges, of: molecule)), or add "
          + "columns \(NameList.of(molecule.chargeColumns))")
    }
    // Where the spread is wide, the median is of nothing in particular.
    guard energy.noise < Self.mostNoise else { return nil }
    guard let first = energy.candidates.first else {
      return Finding(
        "energy", .warning,
        "KE/PE is \(median), which no known units or charges explain: do not use an energy "
          + "loss")
    }
    let charges =
      hasCharges
      ? "of each row" : Self.list(molecule.charges)
    if first.deviations == 0 {
      return Finding(
        "energy", .ok, "KE/PE is \(median): atomic units, charges \(charges), from rest")
    }
    // A few names are a hint; with more the factor says little.
    let simplest = energy.candidates.filter { $0.deviations == first.deviations }.prefix(3)
    let names = simplest.map { "\($0.name) (\(Self.text($0.factor)))" }
    return Finding(
      "energy", .warning,
      "KE/PE is \(median) with charges \(charges): as for \(names.joined(separator: ", or ")); "
        + remedies(simplest, command))
  }

  private var noiseFinding: Finding? {
    // Other charges explain the spread.
    guard let energy, energy.noise > 2e-4, fittedCharges == nil else { return nil }
    let digits = (3...6).first {
      Self.text(energy.low, digits: $0) != Self.text(energy.high, digits: $0)
    }
    let bounds = [energy.low, energy.high].map { Self.text($0, digits: digits ?? 6) }
    let range = "KE/PE goes from \(bounds[0]) to \(bounds[1]) (5 to 95 %)"
    if energy.noise < Self.mostNoise {
      return Finding(
        "noise", .note,
        "\(range): as with \(Self.text(100 * energy.noise, digits: 2)) % noise on the momenta, which "
          + "limits the accuracy of the geometry")
    }
    return Finding(
      "noise", .warning,
      hasCharges
        ? "\(range): positions, momenta and charges do not match"
        : "\(range): charges differ from row to row without columns "
          + "\(NameList.of(molecule.chargeColumns)), or positions and momenta do not match"
    )
  }

  private var explosionFinding: Finding? {
    guard let reexplosion else { return nil }
    let (median, rows) = (reexplosion.median, Numbers.count(grouped: reexplosion.rows, "row"))
    let deviation = median < 1e-4 ? "1e-4" : Self.text(median, digits: 2)
    let other =
      "the positions, exploded again, give momenta that are off by \(deviation) (relative, median "
      + "of \(rows))"
    switch reexplosion.explanation {
    case .signs:
      return Finding("explosion", .warning, "\(other): momenta with all signs changed would fit")
    case .exchanged(let a, let b):
      let atoms = "\(molecule.labels[a]) and \(molecule.labels[b])"
      return Finding("explosion", .warning, "\(other): momenta of \(atoms) exchanged would fit")
    case nil where median > Self.unrelated:
      return Finding(
        "explosion", .warning, "\(other): rows, atoms or axes of positions and momenta differ")
    case nil where median > Self.mostNoise: return Finding("explosion", .note, other)
    case nil:
      return Finding(
        "explosion", .ok,
        "the positions, exploded again, give the momenta within \(deviation) (relative, median of "
          + "\(rows))")
    }
  }

  /// A deviation of directions that no detector and no temperature explains.
  private static let unrelated = 0.7

  /// Without positions: what the momenta say of the size of the molecule.
  private func scaleFinding(_ command: ChargesRemedy) -> Finding? {
    guard let scale, energy == nil else { return nil }
    let size =
      "from rest, these momenta are those of ions \(Self.text(scale.median)) bohr apart (harmonic "
      + "mean, median of the rows)"
    if scale.plausible.contains(scale.median) { return Finding("scale", .ok, size) }
    let candidates = scale.candidates.prefix(3)
    let names = candidates.map { "\($0.name) (\(Self.text(scale.median * $0.factor)) bohr)" }
    let range = [scale.plausible.lowerBound, scale.plausible.upperBound].map {
      Self.text($0, digits: 2)
    }
    return Finding(
      "scale", .warning,
      "\(size), where \(range[0]) to \(range[1]) are plausible: the momenta or the charges have another "
        + "unit"
        + (names.isEmpty
          ? "" : ", such as \(names.joined(separator: ", or ")): \(remedies(candidates, command))"))
  }

  private func remedies(
    _ candidates: ArraySlice<EnergyUnits>, _ command: ChargesRemedy
  ) -> String {
    candidates.map { candidate in
      let charges = candidate.charge.map { charge in
        command.text(molecule.charges.map { _ in charge }, of: molecule)
      }
      return candidate.remedy(given: units, charges: charges)
    }.joined(separator: ", or ")
  }

  private var outlierFinding: Finding? {
    guard let outliers = scale?.outliers, let first = outliers.first else { return nil }
    return Finding(
      "outliers", .warning,
      "\(share(outliers.rows)) with a kinetic energy more than 1,000 times from the median, the first "
        + "is row \(first + 1): remove them")
  }

  /// Distances of atoms, in bohr, that are not far from those of molecules.
  private static let molecules = 0.1...1e4

  private var distanceFinding: Finding? {
    guard let geometry, !geometry.longestPair.isEmpty else { return nil }
    let range =
      "atoms are \(Self.text(geometry.shortestBond)) (\(pair(geometry.shortestPair))) to "
      + "\(Self.text(geometry.longestBond)) (\(pair(geometry.longestPair))) apart"
    if geometry.shortestBond == 0 {
      return Finding(
        "distances", .warning, "\(range): two atoms at the same position have no finite energy")
    }
    if geometry.longestBond < Self.molecules.lowerBound
      || geometry.shortestBond > Self.molecules.upperBound
    {
      return Finding(
        "distances", .warning,
        "\(range), which no molecule is: are positions in bohr? --units names "
          + "others")
    }
    if geometry.shortestBond < 0.01 * geometry.size {
      return Finding(
        "distances", .warning,
        "\(range): an atom is far away, or two are at nearly the same position")
    }
    return Finding("distances", .ok, range)
  }

  private var collinearFinding: Finding? {
    guard let motion, motion.collinearRows > 0, molecule.atoms > 2 else { return nil }
    return Finding(
      "collinear", .note,
      "\(share(motion.collinearRows)) with parallel momenta: their plane is undefined, and "
        + "frame=canonical chooses one")
  }

  private var restFinding: Finding? {
    guard let motion, motion.restingRows > 0 else { return nil }
    return Finding(
      "rest", .warning,
      "\(share(motion.restingRows)) without motion relative to the center of mass: frame=canonical "
        + "refuses them; remove them")
  }

  private var duplicateFinding: Finding {
    guard let pair = duplicates.first else {
      return Finding("duplicates", .ok, "no duplicate rows")
    }
    return Finding(
      "duplicates", .warning,
      "\(share(duplicates.count)) equal to an earlier row, such as row \(pair.row + 1) and row "
        + "\(pair.of + 1): a split can put them into training and test")
  }

  private var frameFinding: Finding? {
    guard let motion, geometry != nil, molecule.atoms > 1 else { return nil }
    if motion.restingRows > 0 {
      return Finding("frame", .note, "frame=centered is suitable: some rows define no axes")
    }
    if let energy, energy.noise >= Self.mostNoise || energy.candidates.isEmpty,
      fittedCharges == nil
    {
      return Finding(
        "frame", .note,
        "frame=canonical removes rotation, but its scale assumes a constant KE/PE; "
          + "compare with frame=centered")
    }
    return Finding(
      "frame", .ok,
      "frame=canonical is suitable: translation, rotation and scale need not be learned")
  }

  /// `12 rows (0.4 %)`.
  private func share(_ count: Int) -> String {
    let part = 100 * Double(count) / Double(rows)
    let percent = Self.text(part, digits: part < 10 ? 2 : 3)
    return "\(Numbers.count(grouped: count, "row")) (\(percent) %)"
  }

  private func pair(_ atoms: [Int]) -> String {
    atoms.map { molecule.labels[$0] }.joined(separator: "–")
  }

  /// `2,2,2`
  private static func list(_ charges: [Double]) -> String {
    charges.map { text($0) }.joined(separator: ",")
  }

  private static func list(_ names: [String]) -> String {
    (names.count == 1 ? "column " : "columns ") + NameList.of(names)
  }

  /// A few significant digits.
  static func text(_ x: Double, digits: Int = 3) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { buffer in
      guard let start = buffer.baseAddress, let end = ct_format(start, x, Int32(digits)) else {
        return ""
      }
      let letters = buffer[..<(end - start)].map(UInt8.init(bitPattern:))
      let text = String(decoding: letters, as: UTF8.self)
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
  }
}
