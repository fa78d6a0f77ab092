import Physics

/// The atoms of an event as data and as plot commands.
extension PlanarEvent {
  var cloud: DataBlock { block("samples of event \(row)", samples) }

  var outline: DataBlock { block("true geometry of event \(row)", [truth]) }

  /// Bonds, separated by gaps.
  private func block(_ title: String, _ molecules: [[(x: Double, y: Double)]]) -> DataBlock {
    func column(_ value: ((x: Double, y: Double)) -> Double) -> [Double] {
      molecules.flatMap { places in
        bonds.flatMap { [value(places[$0.first]), value(places[$0.second]), .nan] }
      }
    }
    // The number of an atom stands where it is first, so that it has one mark and one letter.
    var numbers: [Double] = []
    var seen = Set<Int>()
    for bond in bonds {
      for atom in [bond.first, bond.second] {
        numbers.append(seen.insert(atom).inserted ? Double(atom) : .nan)
      }
      numbers.append(.nan)
    }
    return DataBlock(
      title, columns: ["x_bohr", "y_bohr", "atom"],
      values: [column(\.x), column(\.y), molecules.flatMap { _ in numbers }])
  }

  /// Color, type and size of the marks of an element: carbon gray circles, oxygen red squares, sulfur
  /// yellow triangles.
  private static func look(_ element: String) -> (color: String, type: Int, size: Double) {
    switch Element(element)?.symbol {
    case "C": ("axis", 7, 0.4)
    case "O": ("vermilion", 5, 0.35)
    case "S": ("orange", 9, 0.45)
    case "H", "D", "T": ("sky", 7, 0.3)
    case "N": ("blue", 7, 0.4)
    case "F": ("green", 9, 0.45)
    case "Cl": ("green", 5, 0.35)
    case "Br": ("purple", 5, 0.35)
    case "I": ("purple", 7, 0.4)
    default: ("grey", 13, 0.45)
    }
  }

  /// - Parameter letterDistance: the distance of letters from their atoms, in bohr.
  func plots(
    cloud: String, truth: String, of molecule: Molecule, letterDistance: Double
  ) -> [String] {
    var plots = ["\(cloud) using 1:2 with lines lw 0.5 lc rgb '#c0888888' notitle"]
    for (atom, element) in molecule.elements.enumerated() {
      let look = Self.look(element)
      plots.append(
        "\(cloud) using ($3 == \(atom) ? $1 : NaN):2 with points pt \(look.type) ps \(look.size) "
          + "lc rgb \(look.color) notitle")
    }
    plots.append("\(truth) using 1:2 with lines lw 1.2 lc rgb ink notitle")
    plots.append(
      "\(truth) using ($3 >= 0 ? $1 : NaN):2 with points pt 6 ps 1.9 lw 1.6 lc rgb ink notitle")
    let offsets = LetterPlaces.offsets(
      self.truth, bonds: bonds.map { ($0.first, $0.second) }, distance: letterDistance)
    for ((atom, name), offset) in zip(molecule.labels.enumerated(), offsets) {
      plots.append(
        "\(truth) using ($3 == \(atom) ? $1 : NaN):2:(\(Script.quote(name))) with labels center "
          + "offset first \(Script.number(offset.x)),first \(Script.number(offset.y)) "
          + "tc rgb ink notitle")
    }
    return plots
  }
}
