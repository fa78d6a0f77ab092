extension Molecule {
  /// The molecules that are known by name. A row here is all that another one takes.
  ///
  /// The central atom comes first. Bonds and angles are those of equilibrium geometries, rounded.
  package static let known: [Molecule] = [
    carbonylSulfide,
    row(
      "CO2", ["C", "O", "O"], .linear([1.1600, 1.1600]),
      // Harmonic frequencies 1354, 673 and 2396 cm⁻¹ (Chédin, J. Mol. Spectrosc. 76, 430, 1979).
      [
        .stretch(0, 1, 16.031), .stretch(0, 2, 16.031), .coupling(0, 1, 1.258),
        .bend(1, 0, 2, 0.7836),
      ]),
    row(
      "H2O", ["O", "H", "H"], .bent([0.9572, 0.9572], angle: 104.52),
      // Hoy, Mills and Strey, Mol. Phys. 24, 1265 (1972): 3832, 1649 and 3943 cm⁻¹.
      [
        .stretch(0, 1, 8.454), .stretch(0, 2, 8.454), .coupling(0, 1, -0.101),
        .bend(1, 0, 2, 0.697), .coupling(0, 3, 0.219), .coupling(1, 3, 0.219),
      ]),
    row(
      "CS2", ["C", "S", "S"], .linear([1.5526, 1.5526]),
      // Harmonic frequencies 673, 398 and 1559 cm⁻¹ (Smith and Overend, J. Chem. Phys. 54, 3632).
      [
        .stretch(0, 1, 7.893), .stretch(0, 2, 7.893), .coupling(0, 1, 0.652),
        .bend(1, 0, 2, 0.569),
      ]),
    row("N2O", ["N", "N", "O"], .linear([1.1273, 1.1851])),
    row("SO2", ["S", "O", "O"], .bent([1.4308, 1.4308], angle: 119.33)),
    row("NO2", ["N", "O", "O"], .bent([1.1946, 1.1946], angle: 133.85)),
    row(
      "C2H2", ["C", "C", "H", "H"],
      .angstrom([0, 0, 0], [1.2033, 0, 0], [-1.0621, 0, 0], [2.2654, 0, 0])),
    row(
      "NH3", ["N", "H", "H", "H"],
      .angstrom(
        [0, 0, 0], [0.9375, 0, -0.3810], [-0.4688, 0.8119, -0.3810], [-0.4688, -0.8119, -0.3810])),
    row(
      "CH4", ["C", "H", "H", "H", "H"],
      .angstrom(
        [0, 0, 0], [0.6276, 0.6276, 0.6276], [0.6276, -0.6276, -0.6276],
        [-0.6276, 0.6276, -0.6276], [-0.6276, -0.6276, 0.6276])),
    row(
      "CH3I", ["C", "I", "H", "H", "H"], charges: 1,
      .angstrom(
        [0, 0, 0], [0, 0, 2.136], [1.0338, 0, -0.3260], [-0.5169, 0.8953, -0.3260],
        [-0.5169, -0.8953, -0.3260])),
    // The enantiomer S, with bonds of 1.084, 1.930, 1.750 and 1.356 Å and angles of 107 to 112
    // degrees. A valence field without couplings, fitted to the fundamentals that were measured, 225
    // to 3026 cm⁻¹: within 9 %, which is good enough for the widths of distributions.
    row(
      "CHBrClF", ["C", "H", "Br", "Cl", "F"], charges: 1,
      .angstrom(
        [0, 0, 0], [-0.3242, -0.5039, -0.9034], [1.9300, 0, 0], [-0.6556, 1.6226, 0],
        [-0.4504, -0.6774, 1.0849]),
      [
        .stretch(0, 1, 5.00), .stretch(0, 2, 2.68), .stretch(0, 3, 2.80), .stretch(0, 4, 5.95),
        .bend(1, 0, 2, 0.47), .bend(1, 0, 3, 0.50), .bend(1, 0, 4, 0.65), .bend(2, 0, 3, 1.27),
        .bend(2, 0, 4, 1.24), .bend(3, 0, 4, 1.83),
      ]),
  ]

  /// OCS with two charges on each atom: C²⁺, O²⁺, S²⁺.
  package static let carbonylSulfide = row(
    "OCS", ["C", "O", "S"],
    { _ in
      let field = LinearField()
      let geometry: [SIMD3<Double>] = [
        .zero, SIMD3(-field.bonds.x, 0, 0), SIMD3(field.bonds.y, 0, 0),
      ]
      return Structure(geometry: geometry, field: .linear(field))
    }([]))

  /// - Parameters:
  ///   - charges: On every atom; nil for the usual ones.
  ///   - terms: Of a valence field; none for a molecule without one.
  private static func row(
    _ name: String, _ elements: [String], charges: Double? = nil, _ structure: Structure,
    _ terms: [ValenceField.Term] = []
  ) -> Molecule {
    var structure = structure
    if !terms.isEmpty { structure.field = .valence(ValenceField(terms)) }
    return Molecule(
      checked: name, columnNames(elements), elements, elements.compactMap { Element($0)?.mass },
      charges.map { Array(repeating: $0, count: elements.count) } ?? usualCharges(elements),
      structure)
  }
}
