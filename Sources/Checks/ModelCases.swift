import Engine

extension PrimitiveCase {
  /// Losses of whole models, whose training steps devices join into chains.
  static let models: [PrimitiveCase] = [
    PrimitiveCase(
      "CVAE with energy", Shape(12, 18), Shape(1, 12), Shape(10, 12), Shape(1, 10), Shape(9, 14),
      Shape(1, 9), rows: 37, bound: 5e-4, kind: .kinked
    ) {
      let w = $0.inputs
      let table = $0.constant(Shape(80, 18))
      let parts = $0.graph.gather(
        table, columns: [0..<9, 9..<18], rows: 37, clock: $0.clock, shuffles: true)
      let deviations = $0.constant(Shape(1, 9), .fixed([0.1, 0.2]))
      let noisy = $0.graph.jitter(parts[0], deviations: deviations, clock: $0.clock)
      let hidden = $0.graph.dense(
        [noisy.all, parts[1].all], weight: w[0], bias: w[1], activation: .silu)
      let statistics = $0.graph.dense(hidden, weight: w[2], bias: w[3])
      let divergence = $0.nextTerm()
      let z = $0.graph.reparameterize(statistics, clock: $0.clock, divergence: divergence)
      let y = $0.graph.dense([z.all, parts[1].all], weight: w[4], bias: w[5])
      let molecule = $0.constant(Shape(2, 3), .fixed([21894.7, 29164.4, 58441.8, 2, 2, 2]))
      let units = $0.constant(Shape(2, 9), .fixed((0..<18).map { $0 < 9 ? 2 : Double($0 % 7) }))
      let (energy, relative, squared) = ($0.nextTerm(), $0.nextTerm(), $0.nextTerm())
      $0.graph.energyError(
        positions: y, momenta: parts[1], molecule: molecule, positionUnits: units,
        momentumUnits: units, isSquared: true, as: energy)
      $0.graph.error(y, parts[0], isSquared: false, relativeIn: units, as: relative)
      $0.graph.squaredError(y, parts[0], as: squared)
    }
  ]
}
