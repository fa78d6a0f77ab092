import Engine

extension PrimitiveCase {
  private static let specials: [Double] = [
    0, -0.0, 1e-30, -1e-30, 80, -80, 1e4, -1e4, 1e18, -1e18, 0.5,
  ]

  /// Rows of the table with numbers at the edge of what `Float` holds.
  package static let special: [PrimitiveCase] =
    Activation.allCases.map { activation in
      PrimitiveCase(
        "special \(activation)", Shape(11, 1), bound: 1e-5, kind: .forward,
        values: .fixed(specials)
      ) {
        let one = $0.constant(Shape(1, 1), .fixed([1])),
          zero = $0.constant(Shape(1, 1), .fixed([0]))
        let y = $0.graph.dense($0.inputs[0], weight: one, bias: zero, activation: activation)
        _ = $0.graph.copy(y)
      }
    } + [
      PrimitiveCase(
        "special coupling", Shape(11, 2), Shape(11, 2), bound: 1e-5, kind: .kinked,
        values: .fixed(specials)
      ) {
        let forward = $0.graph.coupling(
          $0.inputs[0], by: AffineTransform(bound: 2), parameters: $0.inputs[1])
        $0.compare(forward.logDeterminant)
      },
      PrimitiveCase(
        "special latent", Shape(11, 4), bound: 1e-4, kind: .forward,
        values: .fixed([0, 1, -1e18, 1e18, 3, -1e4, 1e4, 0, -0.0])
      ) {
        let z = $0.graph.reparameterize($0.inputs[0], clock: $0.clock)
        _ = $0.graph.copy(z)
      },
      PrimitiveCase(
        "special errors", Shape(11, 1), bound: 1e-5, kind: .kinked,
        values: .fixed([0, -0.0, 1e-30, 80, -80, 1e4, -1e4, 1e9, 0.5])
      ) {
        let t = $0.constant(Shape(11, 1), .fixed([0, 1, -80]))
        let units = $0.constant(Shape(2, 1), .fixed([1, 0]))
        let (a, b, c) = ($0.nextTerm(), $0.nextTerm(), $0.nextTerm())
        $0.graph.squaredError($0.inputs[0], t, as: a)
        $0.graph.error($0.inputs[0], t, isSquared: false, as: b)
        $0.graph.error($0.inputs[0], t, isSquared: false, relativeIn: units, as: c)
      },
      coincidentAtoms,
    ]

  /// C, O and S in one place, and C and O 10⁻⁴ bohr apart.
  package static let coincidentAtoms = PrimitiveCase(
    "coincident atoms", Shape(2, 9), bound: 1e-3, kind: .kinked,
    values: .fixed([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1e-4, 0, 0, 2, 0, 0])
  ) {
    let momenta = $0.constant(Shape(2, 9), .uniform(scale: 2))
    let molecule = $0.constant(Shape(2, 3), .fixed([21894.7, 29164.4, 58441.8, 2, 2, 2]))
    let positions = $0.constant(
      Shape(2, 9), .fixed([Double](repeating: 1, count: 9) + [Double](repeating: 0, count: 9)))
    let scaled = $0.constant(
      Shape(2, 9), .fixed([Double](repeating: 130, count: 9) + [Double](repeating: 0, count: 9)))
    let term = $0.nextTerm()
    $0.graph.energyError(
      positions: $0.inputs[0], momenta: momenta, molecule: molecule, positionUnits: positions,
      momentumUnits: scaled, isSquared: true, as: term)
  }
}
