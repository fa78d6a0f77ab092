import Physics

/// What has a unit in a table.
package enum Quantity: String, CaseIterable, Sendable {
  case momentum, position
}

/// A unit of a quantity in a file: `si`, `angstrom`, or a multiple of one, such as `1e-24si`.
package struct DataUnit: Hashable, Sendable {
  /// As `--units` has it.
  package let name: String
  /// In atomic units.
  package let size: Double

  /// Nil where the text is no unit of the quantity.
  init?(_ text: String, of quantity: Quantity) {
    let word = text.lowercased().filter { $0 != " " }
    guard let (number, rest) = Self.multiple(word),
      let known = Self.known(quantity).first(where: { $0.spellings.contains(rest) })
    else { return nil }
    size = (number ?? 1) * known.size
    guard size.isNormal else { return nil }
    name = (number.map(Self.text) ?? "") + known.name
  }

  private typealias Known = (name: String, size: Double, spellings: Set<String>)

  private static func known(_ quantity: Quantity) -> [Known] {
    let metre = 1e10 / Units.angstromsPerBohr
    let second = 1e15 / Units.femtosecondsPerTime
    let kiloelectronvolt = 1e3 / Units.electronvoltsPerHartree
    let table: [(String, Double, Set<String>)] =
      switch quantity {
      case .momentum:
        [
          ("au", 1, ["atomic"]),
          ("si", metre / second / Units.kilogramsPerMass, ["kg.m/s", "kg·m/s", "kgm/s"]),
          ("kev/c", kiloelectronvolt / Units.speedOfLight, []),
          (
            "u.angstrom/fs", Units.unifiedMass * (1e-10 * metre) / (1e-15 * second),
            ["u·angstrom/fs", "u·å/fs", "u.å/fs", "uangstrom/fs"]
          ),
        ]
      case .position:
        [
          ("bohr", 1, ["au"]), ("angstrom", 1e-10 * metre, ["å", "a"]), ("nm", 1e-9 * metre, []),
          ("pm", 1e-12 * metre, []), ("m", metre, ["si"]),
        ]
      }
    return table.map { ($0, $1, $2.union([$0])) }
  }

  /// The names of units, as hints list them.
  static func names(of quantity: Quantity) -> [String] { known(quantity).map(\.name) }

  /// The number at the start of a text, if there is one, and what follows it.
  private static func multiple(_ text: String) -> (number: Double?, rest: String)? {
    let start = text.prefix { "0123456789.+-e".contains($0) }
    // `2ev` begins with the number 2, not with `2e`.
    for length in stride(from: start.count, to: 0, by: -1) {
      guard let number = Double(String(start.prefix(length))) else { continue }
      return number > 0 ? (number, String(text.dropFirst(length))) : nil
    }
    return (nil, text)
  }

  /// `100`, `1e-24`
  private static func text(_ number: Double) -> String {
    number < 1e6 ? Int(exactly: number)?.description ?? number.description : number.description
  }
}
