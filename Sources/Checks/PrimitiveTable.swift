import Engine

extension PrimitiveCase {
  /// Every primitive, in shapes that are no multiple of anything, and in the least one.
  package static let all: [PrimitiveCase] =
    dense + narrowed + activations + elementwise + losses + energy + latent + transforms + mixtures
    + data
    + updates + models

  /// Those whose steps can be joined to a chain.
  package static let joined = all.compactMap(\.joined)

  /// Layer shapes: rows, inputs, outputs.
  private static let dense: [PrimitiveCase] =
    [(1, 1, 1), (2, 3, 5), (7, 3, 5), (33, 17, 31), (64, 32, 64), (129, 65, 33)].map {
      rows, n, m in
      PrimitiveCase(
        "dense tanh", Shape(rows, n), Shape(m, n), Shape(1, m), bound: 2e-5
      ) {
        let x = $0.inputs
        $0.compare($0.graph.dense(x[0], weight: x[1], bias: x[2], activation: .tanh))
      }
    } + [
      PrimitiveCase("dense of two inputs", Shape(7, 3), Shape(7, 4), Shape(5, 7), Shape(1, 5)) {
        let x = $0.inputs
        $0.compare($0.graph.dense([x[0].all, x[1].all], weight: x[2], bias: x[3]))
      },
      PrimitiveCase("dense of columns", Shape(37, 9), Shape(37, 5), Shape(6, 7), Shape(1, 6)) {
        let x = $0.inputs
        $0.compare(
          $0.graph.dense(
            [x[0].columns(2..<6), x[1].columns(1..<4)], weight: x[2], bias: x[3],
            activation: .sigmoid))
      },
      layerTwice("dense used twice", rows: 5),
      // So many rows that weight gradients are cut into parts.
      layerTwice("layer used twice", rows: 70),
      PrimitiveCase("dense of a value and itself", Shape(5, 3), Shape(4, 6), Shape(1, 4)) {
        let x = $0.inputs
        $0.compare($0.graph.dense([x[0].all, x[0].all], weight: x[1], bias: x[2]))
      },
      PrimitiveCase(
        "three layers", Shape(70, 9), Shape(16, 9), Shape(1, 16), Shape(24, 16), Shape(1, 24),
        Shape(3, 24), Shape(1, 3), bound: 2e-5
      ) {
        let x = $0.inputs
        let first = $0.graph.dense(x[0], weight: x[1], bias: x[2], activation: .elu)
        let second = $0.graph.dense(first, weight: x[3], bias: x[4], activation: .silu)
        $0.compare($0.graph.dense(second, weight: x[5], bias: x[6]))
      },
      // The CPU splits layers of so many weights by columns.
      PrimitiveCase(
        "wide layers", Shape(9, 300), Shape(533, 247), Shape(1, 533), Shape(251, 533),
        Shape(1, 251), values: .uniform(scale: 0.25)
      ) {
        let x = $0.inputs
        let first = $0.graph.dense(
          [x[0].columns(50..<250), x[0].columns(3..<50)], weight: x[1], bias: x[2],
          activation: .silu)
        $0.compare($0.graph.dense(first, weight: x[3], bias: x[4], activation: .sigmoid))
        $0.compare(first)
      },
    ]

  private static func layerTwice(_ name: String, rows: Int) -> PrimitiveCase {
    PrimitiveCase(name, Shape(rows, 4), Shape(4, 4), Shape(1, 4)) {
      let x = $0.inputs
      let once = $0.graph.dense(x[0], weight: x[1], bias: x[2], activation: .tanh)
      $0.compare($0.graph.dense(once, weight: x[1], bias: x[2], activation: .tanh))
    }
  }

  private static let activations: [PrimitiveCase] = Activation.allCases.map { activation in
    let isKinked = [.relu, .leakyRelu, .elu].contains(activation)
    return PrimitiveCase(
      "\(activation)", Shape(19, 6), Shape(11, 6), Shape(1, 11), bound: 2e-5,
      kind: isKinked ? .kinked : .smooth, values: .uniform(scale: 3)
    ) {
      let x = $0.inputs
      $0.compare($0.graph.dense(x[0], weight: x[1], bias: x[2], activation: activation))
    }
  }

  private static let elementwise: [PrimitiveCase] = [
    PrimitiveCase("add", Shape(3, 5), Shape(3, 5)) {
      $0.compare($0.graph.add($0.inputs[0], $0.inputs[1]))
    },
    PrimitiveCase("add to itself", Shape(67, 5)) {
      $0.compare($0.graph.add($0.inputs[0], $0.inputs[0]))
    },
    PrimitiveCase("scale", Shape(13, 7)) { $0.compare($0.graph.scale($0.inputs[0], by: -2.5)) },
    PrimitiveCase("copy used twice", Shape(1, 1)) {
      let copy = $0.graph.copy($0.inputs[0])
      $0.compare(copy)
      $0.compare($0.graph.add(copy, $0.inputs[0]))
    },
    PrimitiveCase("fill", Shape(9, 4)) {
      let ones = $0.graph.fill(Shape(9, 4), with: 1.5)
      $0.compare($0.graph.add(ones, $0.inputs[0]))
    },
    PrimitiveCase("jitter", Shape(37, 7)) {
      let deviations = $0.constant(Shape(1, 7), .fixed([0.1, 0, 2]))
      $0.compare($0.graph.jitter($0.inputs[0], deviations: deviations, clock: $0.clock))
    },
    PrimitiveCase("permute columns", Shape(21, 5)) {
      let moved = $0.graph.permuteColumns($0.inputs[0], order: [3, 0, 4, 1, 2])
      $0.compare(moved)
      $0.compare($0.graph.add(moved, $0.inputs[0]))
    },
  ]

  private static let losses: [PrimitiveCase] = [
    PrimitiveCase("squared error", Shape(4, 6)) {
      let t = $0.constant(Shape(4, 6)), term = $0.nextTerm()
      $0.graph.squaredError($0.inputs[0], t, as: term)
    },
    PrimitiveCase("absolute error", Shape(65, 9), kind: .kinked) {
      let t = $0.constant(Shape(65, 9)), term = $0.nextTerm()
      $0.graph.error($0.inputs[0], t, isSquared: false, as: term)
    },
    PrimitiveCase("relative errors", Shape(9, 4), bound: 1e-4, kind: .kinked) {
      let t = $0.constant(Shape(9, 4))
      let units = $0.constant(Shape(2, 4), .fixed([2, 0.5, 1, 3, 0.2, -0.1, 2, 3]))
      let (first, second) = ($0.nextTerm(), $0.nextTerm())
      $0.graph.error($0.inputs[0], t, isSquared: false, relativeIn: units, as: first)
      $0.graph.error($0.inputs[0], t, isSquared: true, relativeIn: units, as: second)
    },
    PrimitiveCase("squared relative error", Shape(1, 1), bound: 1e-4) {
      let t = $0.constant(Shape(1, 1)), units = $0.constant(Shape(2, 1), .fixed([2, 1]))
      let term = $0.nextTerm()
      $0.graph.error($0.inputs[0], t, isSquared: true, relativeIn: units, as: term)
    },
    PrimitiveCase("normal likelihood", Shape(67, 9), Shape(67, 1), bound: 2e-5) {
      let term = $0.nextTerm()
      $0.graph.normalLikelihood($0.inputs[0], logDeterminant: $0.inputs[1], as: term)
    },
    PrimitiveCase("normal likelihood alone", Shape(3, 2)) {
      let term = $0.nextTerm()
      $0.graph.normalLikelihood($0.inputs[0], as: term)
    },
    PrimitiveCase("two losses of one value", Shape(11, 3), kind: .kinked) {
      let t = $0.constant(Shape(11, 3)), (a, b) = ($0.nextTerm(), $0.nextTerm())
      let y = $0.graph.scale($0.inputs[0], by: 2)
      $0.graph.squaredError(y, t, as: a)
      $0.graph.error(y, t, isSquared: false, as: b)
      $0.compare($0.graph.add(y, $0.inputs[0]))
    },
  ]

  private static let energy: [PrimitiveCase] = [
    energyCase("energy of OCS", atoms: 3, rows: 65, isSquared: false),
    energyCase("squared energy of OCS", atoms: 3, rows: 7, isSquared: true),
    energyCase("energy of two atoms", atoms: 2, rows: 9, isSquared: true),
    energyCase("energy of five atoms", atoms: 5, rows: 3, isSquared: true),
    energyCase("energy of eight atoms", atoms: 8, rows: 5, isSquared: true),
  ]

  /// Molecules the size of OCS, momenta of its explosions, in a scaler's units.
  private static func energyCase(
    _ name: String, atoms: Int, rows: Int, isSquared: Bool
  ) -> PrimitiveCase {
    let columns = 3 * atoms
    return PrimitiveCase(
      name, Shape(rows, columns), bound: 2e-4, kind: isSquared ? .smooth : .kinked,
      values: .uniform(scale: 2)
    ) {
      let p = $0.constant(Shape(rows, columns), .uniform(scale: 2))
      let masses = [21894.71361, 29164.39289, 58441.80487, 1837.15, 23000, 1837.15, 4e4, 7e4]
      let molecule = $0.constant(
        Shape(2, atoms), .fixed(Array(masses[..<atoms]) + [2, 2, 2, 1, 3, 1, 2, 1][..<atoms]))
      let positions = $0.constant(
        Shape(2, columns), .fixed((0..<2 * columns).map { $0 < columns ? 2.1 : Double($0 % 7) }))
      let momenta = $0.constant(
        Shape(2, columns), .fixed((0..<2 * columns).map { $0 < columns ? 130 : 20 }))
      let term = $0.nextTerm()
      $0.graph.energyError(
        positions: $0.inputs[0], momenta: p, molecule: molecule, positionUnits: positions,
        momentumUnits: momenta, isSquared: isSquared, as: term)
    }
  }

  private static let latent: [PrimitiveCase] = [
    PrimitiveCase("reparameterize", Shape(1, 2)) {
      $0.compare($0.graph.reparameterize($0.inputs[0], clock: $0.clock))
    },
    PrimitiveCase(
      "reparameterize with divergence", Shape(35, 14), bound: 5e-5, values: .uniform(scale: 3)
    ) {
      let term = $0.nextTerm()
      $0.compare($0.graph.reparameterize($0.inputs[0], clock: $0.clock, divergence: term))
    },
    PrimitiveCase("reparameterize wide", Shape(6, 600), bound: 5e-5, kind: .kinked) {
      let term = $0.nextTerm()
      $0.compare($0.graph.reparameterize($0.inputs[0], clock: $0.clock, divergence: term))
    },
    // A divergence near zero must not be what is left of large numbers.
    PrimitiveCase(
      "reparameterize near the prior", Shape(2, 1024), bound: 2e-6, values: .uniform(scale: 0.01)
    ) {
      let term = $0.nextTerm()
      $0.compare($0.graph.reparameterize($0.inputs[0], clock: $0.clock, divergence: term))
    },
    PrimitiveCase("divergence alone", Shape(70, 10), bound: 5e-5, values: .uniform(scale: 4)) {
      let term = $0.nextTerm()
      _ = $0.graph.reparameterize($0.inputs[0], clock: $0.clock, bound: 5, divergence: term)
    },
  ]

  private static let mixtures: [PrimitiveCase] =
    [(35, 3, 4), (1, 1, 1), (130, 8, 2)].map { rows, components, columns in
      let mixture = Mixture(components: components, columns: columns, deviations: 0.05...3)
      return PrimitiveCase(
        "mixture likelihood", Shape(rows, mixture.width), bound: 1e-4, values: .uniform(scale: 2)
      ) {
        let t = $0.constant(Shape(rows, columns)), term = $0.nextTerm()
        $0.graph.mixtureLikelihood($0.inputs[0], of: t, mixture, as: term)
        if components > 1 {
          let second = $0.nextTerm()
          $0.graph.mixtureMeanError($0.inputs[0], of: t, mixture, as: second)
        }
      }
    } + [
      PrimitiveCase("mean of a mixture", Shape(37, 21), bound: 1e-4, values: .uniform(scale: 2)) {
        let mixture = Mixture(components: 3, columns: 3, deviations: 0.05...3)
        let t = $0.constant(Shape(37, 3)), term = $0.nextTerm()
        $0.graph.mixtureMeanError($0.inputs[0], of: t, mixture, as: term)
      },
      PrimitiveCase("mixture sample", Shape(1, 1), rows: 41, bound: 2e-5, kind: .forward) {
        let mixture = Mixture(components: 5, columns: 3, deviations: 0.01...1)
        let parameters = $0.constant(Shape(41, mixture.width), .uniform(scale: 2))
        let z = $0.constant(Shape(41, mixture.latentWidth), .uniform(scale: 2))
        _ = $0.graph.mixtureSample(parameters, z: z, mixture)
      },
    ]

  private static let data: [PrimitiveCase] = [true, false].map { shuffles in
    PrimitiveCase(
      shuffles ? "gather shuffled" : "gather", Shape(1, 1), rows: 33, bound: 0, kind: .forward
    ) {
      let table = $0.constant(Shape(80, 18))
      for part in $0.graph.gather(
        table, columns: shuffles ? [0..<9, 9..<18] : [3..<7], rows: 33, clock: $0.clock,
        shuffles: shuffles)
      {
        _ = $0.graph.copy(part)
      }
      if !shuffles { $0.graph.tick($0.clock) }
    }
  }

  private static let updates: [PrimitiveCase] = {
    var clipped = OptimizerSettings()
    clipped.l1 = 1e-2
    clipped.l2 = 3e-2
    clipped.clipNorm = 0.05
    var decayed = OptimizerSettings()
    decayed.weightDecay = 0.1
    var averaged = OptimizerSettings()
    averaged.averaging = 0.8
    return [
      ("Adam", OptimizerSettings()), ("Adam clipped", clipped), ("AdamW", decayed),
      ("Adam averaged", averaged),
    ].map {
      name, settings in
      PrimitiveCase(
        name, Shape(9, 30), Shape(1, 30), Shape(9, 700), bound: 1e-4,
        kind: .update(settings, steps: 3)
      ) {
        let x = $0.inputs
        let w = $0.constant(Shape(9, 30))
        $0.compare($0.graph.dense(w, weight: x[0], bias: $0.constant(Shape(1, 9))))
        $0.compare(x[2])
      }
    } + [layers]
  }()

  /// All gradients are of layers, which leave them in parts. Of 864 weights some have gradients so
  /// small that Adam, which moves all by as much, makes the rounding of their sums visible.
  private static let layers = PrimitiveCase(
    "Adam of layers", Shape(20, 36), Shape(1, 20), Shape(7, 29), Shape(1, 7), rows: 131,
    bound: 1e-3, kind: .update(OptimizerSettings(), steps: 3)
  ) {
    let (w, x) = ($0.inputs, [$0.constant(Shape(131, 44)), $0.constant(Shape(131, 9))])
    let hidden = $0.graph.dense(
      [x[0].columns(4..<40)], weight: w[0], bias: w[1], activation: .silu)
    $0.compare($0.graph.dense([hidden.all, x[1].all], weight: w[2], bias: w[3]))
  }
}
