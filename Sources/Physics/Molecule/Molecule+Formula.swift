package import Text

extension Molecule {
  /// A molecule by its name in the built-in table, or by its formula, as `CO2` or `[13C]O2`.
  ///
  /// The table has its own order of atoms. A formula has the order in which it is written; a number
  /// in brackets before an element makes an isotope of it.
  package init(_ text: String) throws(Failure) {
    if let known = Self.known.first(where: { $0.name == text }) {
      self = known
      return
    }
    try self.init(elements: Self.elements(ofFormula: text))
  }

  /// Atoms by element, with their standard masses; a molecule of the built-in table where it has
  /// the same atoms in the same order.
  ///
  /// - Parameters:
  ///   - masses: In unified atomic mass units; nil for the elements'.
  ///   - charges: nil for the usual ones: 2 on each atom, 1 on hydrogen.
  package init(
    elements: [String], masses: [Double]? = nil, charges: [Double]? = nil,
    structure: Structure? = nil, name: String? = nil
  ) throws(Failure) {
    var found: [Element] = []
    for symbol in elements {
      guard let element = Element(symbol) else {
        throw .usage(
          "'\(symbol)' is no known element or isotope",
          hint: "write symbols of the periodic table, isotopes as 13C; or give the masses of other "
            + "atoms with an element of the same kind")
      }
      found.append(element)
    }
    let table = found.map(\.mass)
    let masses =
      masses.map { $0.map { ($0 * Units.unifiedMass * 1e5).rounded() / 1e5 } } ?? table
    if structure == nil, masses == table,
      let known = Self.known.first(where: {
        $0.elements == elements && $0.masses == masses && name ?? $0.name == $0.name
      })
    {
      self =
        try charges.map { (charges) throws(Failure) in try known.with(charges: charges) }
        ?? known
      return
    }
    try self.init(
      name, elements: elements, masses: masses, charges: charges ?? Self.usualCharges(elements),
      structure: structure)
  }

  /// 2 on each atom, and the one that a nucleus of hydrogen has.
  static func usualCharges(_ elements: [String]) -> [Double] {
    elements.map { ["H", "D", "T"].contains(Element($0)?.symbol) ? 1 : 2 }
  }

  /// The names of atoms in columns: the element in small letters, numbered where it is there more
  /// than once.
  static func columnNames(_ elements: [String]) -> [String] {
    let symbols = elements.map { (Element($0)?.symbol ?? $0).lowercased() }
    return symbols.indices.map { i in
      let isAlone = symbols.count { $0 == symbols[i] } == 1
      return isAlone ? symbols[i] : "\(symbols[i])\(symbols[...i].count { $0 == symbols[i] })"
    }
  }

  /// `CO2` of C, O, O.
  static func formula(_ elements: [String]) -> String {
    var text = ""
    var start = 0
    while start < elements.count {
      let end = elements[start...].firstIndex { $0 != elements[start] } ?? elements.count
      let symbol = elements[start]
      text += symbol.first?.isNumber == true ? "[\(symbol)]" : symbol
      text += end - start > 1 ? "\(end - start)" : ""
      start = end
    }
    return text
  }

  /// The atoms of a formula, in its order.
  private static func elements(ofFormula text: String) throws(Failure) -> [String] {
    let refusal = Failure.usage(
      "'\(text)' is no molecule of the built-in table and no formula",
      hint: "the table has \(known.map(\.name).joined(separator: ", ")); a formula is written as "
        + "CHBrClF or [13C]O2")
    var elements: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      var symbol = ""
      if first == "[" {
        guard let end = rest.firstIndex(of: "]") else { throw refusal }
        symbol = String(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[rest.index(after: end)...]
      } else {
        symbol = String(rest.removeFirst())
        while let next = rest.first, next.isLowercase { symbol.append(rest.removeFirst()) }
      }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let count = digits.isEmpty ? 1 : Int(digits) ?? 0
      guard Element(symbol) != nil, (1...mostAtoms).contains(count) else { throw refusal }
      elements += Array(repeating: symbol, count: count)
    }
    guard !elements.isEmpty else { throw refusal }
    return elements
  }
}
