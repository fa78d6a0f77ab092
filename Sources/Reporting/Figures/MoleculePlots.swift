/// The atoms of an event as data and as plot commands.
extension PlanarEvent {
  /// Chains of three atoms, separated by gaps.
  var cloud: DataBlock {
    let chains = samples.map { [$0[1], $0[0], $0[2]] }
    return DataBlock(
      "samples of event \(row)", columns: ["x_bohr", "y_bohr", "atom"],
      values: [
        chains.flatMap { $0.map(\.x) + [.nan] }, chains.flatMap { $0.map(\.y) + [.nan] },
        chains.flatMap { _ in [1, 0, 2, .nan] },
      ])
  }

  var outline: DataBlock {
    let chain = [truth[1], truth[0], truth[2]]
    return DataBlock(
      "true geometry of event \(row)", columns: ["x_bohr", "y_bohr", "atom"],
      values: [chain.map(\.x), chain.map(\.y), [1, 0, 2]])
  }

  /// Carbon gray circles, oxygen red squares, sulfur yellow triangles.
  private static let looks = [("axis", 7, 0.4), ("vermilion", 5, 0.35), ("orange", 9, 0.45)]

  func plots(cloud: String, truth: String, atoms: [String]) -> [String] {
    var plots = ["\(cloud) using 1:2 with lines lw 0.5 lc rgb '#c0888888' notitle"]
    for (atom, look) in Self.looks.enumerated() {
      plots.append(
        "\(cloud) using ($3 == \(atom) ? $1 : NaN):2 with points pt \(look.1) ps \(look.2) "
          + "lc rgb \(look.0) notitle")
    }
    plots.append("\(truth) using 1:2 with lines lw 1.2 lc rgb ink notitle")
    plots.append("\(truth) using 1:2 with points pt 6 ps 1.9 lw 1.6 lc rgb ink notitle")
    // The second atom has the largest y: letters above it and below the others avoid the bonds.
    for (atom, name) in atoms.enumerated() {
      plots.append(
        "\(truth) using ($3 == \(atom) ? $1 : NaN):2:(\(Script.quote(name))) with labels center "
          + "offset 0,\(atom == 1 ? "1.1" : "-1.1") tc rgb ink notitle")
    }
    return plots
  }
}
