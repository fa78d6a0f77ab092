/// A chemical element, or one of its isotopes.
package struct Element: Sendable, Hashable {
  /// As in the periodic table; `D` for deuterium.
  package let symbol: String
  /// Unified atomic mass units.
  package let weight: Double
  /// The covalent radius in ångström: two atoms are bonded where they are closer than 1.3 times
  /// the sum of theirs.
  package let radius: Double

  /// In electron masses, to five decimals.
  ///
  /// The rounding is that of the masses which published data sets of OCS were made with: 12.011 u
  /// is 21894.71361. It changes a mass by less than 3 parts in 10⁹.
  package var mass: Double { (weight * Units.unifiedMass * 1e5).rounded() / 1e5 }

  /// The element that `text` names: `C`, an isotope as in `13C`, or `D` or `T`.
  package init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let symbol = String(text.dropFirst(digits.count))
    guard let element = Self.standard[symbol] else { return nil }
    self = element
    guard !digits.isEmpty else { return }
    guard let weight = Self.isotopes[text] else { return nil }
    self.init(text == "2H" ? "D" : text == "3H" ? "T" : symbol, weight, element.radius)
  }

  private init(_ symbol: String, _ weight: Double, _ radius: Double) {
    (self.symbol, self.weight, self.radius) = (symbol, weight, radius)
  }

  private static let standard = Dictionary(
    uniqueKeysWithValues: elements.map { ($0.symbol, $0) })

  /// Conventional and abridged standard atomic weights of CIAAW (2021), single-bond covalent radii
  /// of Cordero and others (Dalton Trans. 2008, 2832).
  private static let elements: [Element] = [
    Element("H", 1.008, 0.31), Element("D", 2.01410177784, 0.31), Element("T", 3.0160492820, 0.31),
    Element("He", 4.002602, 0.28), Element("Li", 6.94, 1.28), Element("Be", 9.0121831, 0.96),
    Element("B", 10.81, 0.84), Element("C", 12.011, 0.76), Element("N", 14.007, 0.71),
    Element("O", 15.999, 0.66), Element("F", 18.998403162, 0.57), Element("Ne", 20.1797, 0.58),
    Element("Na", 22.98976928, 1.66), Element("Mg", 24.305, 1.41), Element("Al", 26.9815384, 1.21),
    Element("Si", 28.085, 1.11), Element("P", 30.973761998, 1.07), Element("S", 32.06, 1.05),
    Element("Cl", 35.45, 1.02), Element("Ar", 39.95, 1.06), Element("K", 39.0983, 2.03),
    Element("Ca", 40.078, 1.76), Element("Sc", 44.955907, 1.70), Element("Ti", 47.867, 1.60),
    Element("V", 50.9415, 1.53), Element("Cr", 51.9961, 1.39), Element("Mn", 54.938043, 1.39),
    Element("Fe", 55.845, 1.32), Element("Co", 58.933194, 1.26), Element("Ni", 58.6934, 1.24),
    Element("Cu", 63.546, 1.32), Element("Zn", 65.38, 1.22), Element("Ga", 69.723, 1.22),
    Element("Ge", 72.630, 1.20), Element("As", 74.921595, 1.19), Element("Se", 78.971, 1.20),
    Element("Br", 79.904, 1.20), Element("Kr", 83.798, 1.16), Element("Rb", 85.4678, 2.20),
    Element("Sr", 87.62, 1.95), Element("Ag", 107.8682, 1.45), Element("Cd", 112.414, 1.44),
    Element("In", 114.818, 1.42), Element("Sn", 118.710, 1.39), Element("Sb", 121.760, 1.39),
    Element("Te", 127.60, 1.38), Element("I", 126.90447, 1.39), Element("Xe", 131.293, 1.40),
    Element("Cs", 132.90545196, 2.44), Element("Ba", 137.327, 2.15), Element("W", 183.84, 1.62),
    Element("Pt", 195.084, 1.36), Element("Au", 196.966570, 1.36), Element("Hg", 200.592, 1.32),
    Element("Pb", 207.2, 1.46), Element("Bi", 208.98040, 1.48), Element("U", 238.02891, 1.96),
  ]

  /// Masses of isotopes from the atomic mass evaluation AME2020.
  private static let isotopes: [String: Double] = [
    "1H": 1.00782503190, "2H": 2.01410177784, "3H": 3.0160492820, "3He": 3.0160293220,
    "4He": 4.0026032545, "6Li": 6.0151228874, "7Li": 7.0160034343, "10B": 10.012936862,
    "11B": 11.009305167, "12C": 12, "13C": 13.0033548353, "14C": 14.0032419884,
    "14N": 14.0030740043, "15N": 15.0001088983, "16O": 15.9949146193, "17O": 16.9991317560,
    "18O": 17.9991596121, "19F": 18.9984031621, "20Ne": 19.9924401753, "22Ne": 21.991385114,
    "28Si": 27.9769265344, "29Si": 28.9764946643, "30Si": 29.973770137, "31P": 30.9737619977,
    "32S": 31.9720711735, "33S": 32.9714589086, "34S": 33.967867011, "36S": 35.967080692,
    "35Cl": 34.968852694, "37Cl": 36.965902573, "40Ar": 39.9623831220, "78Kr": 77.920366341,
    "84Kr": 83.9114977271, "79Br": 78.918337574, "81Br": 80.916288197, "127I": 126.904471848,
    "129Xe": 128.904780857, "132Xe": 131.904155083,
  ]
}
