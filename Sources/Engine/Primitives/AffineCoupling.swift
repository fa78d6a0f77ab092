extension Graph {
  /// One affine coupling: x₁ passes, x₂ is scaled and shifted by what a subnet made of x₁.
  ///
  ///     forward  v′ = [x₁, x₂·eˢ + t],     log|det| += Σ s
  ///     inverse  v′ = [x₁, (x₂ − t)·e⁻ˢ],  log|det| −= Σ s
  ///
  /// with s = bound·tanh(u/bound). The columns of v′ are written in the order that the next
  /// coupling wants them: `y[order[j]] = v′[j]`; a flip costs nothing.
  ///
  /// - Parameters:
  ///   - subnet: rows×2a for a active columns, u and then t.
  ///   - order: where each column goes; nil leaves them in place.
  ///   - logDeterminant: that of the couplings before this one.
  package mutating func affineCoupling(
    _ x: Value, subnet: Value, inverse: Bool = false, order: [Int]? = nil,
    bound: Float = 2, logDeterminant: Value? = nil
  ) -> (y: Value, logDeterminant: Value) {
    let (rows, columns) = (x.shape.rows, x.shape.columns)
    let active = subnet.shape.columns / 2
    precondition(
      subnet.shape == Shape(rows, 2 * active) && active < columns && bound > 0,
      "\(subnet.shape) scales and shifts for \(x.shape), bound \(bound)")
    let y = makeValue(x.shape)
    let logDet = makeValue(Shape(rows, 1))
    append(
      AffineCoupling(
        coupling: Coupling(
          x: x, subnet: subnet, order: columnOrder(order, count: columns), active: active,
          bound: bound, isInverse: inverse), before: logDeterminant, y: y, logDet: logDet))
    return (y, logDet)
  }

  /// A permutation as words on the device.
  mutating func columnOrder(_ order: [Int]?, count: Int) -> Value {
    let order = order ?? Array(0..<count)
    precondition(order.sorted() == Array(0..<count), "\(order) is no permutation of \(count)")
    return constant(order.map { UInt32($0) })
  }
}

/// What the forward and the backward step of a coupling have in common.
struct Coupling: Hashable {
  let x, subnet, order: Value
  let active: Int
  let bound: Float
  let isInverse: Bool

  var rows: Int { x.shape.rows }
  var columns: Int { x.shape.columns }
  var passive: Int { columns - active }

  /// tanh(u/bound) and e^±s for the rows of a tile, active columns side by side.
  @inline(__always)
  func factors<E: Real>(
    _ tile: Tile<E>
  ) -> (saturation: UnsafeMutablePointer<E>, factor: UnsafeMutablePointer<E>) {
    let count = tile.items.count * active
    let saturation = tile.scratch.start, factor = saturation + count
    let subnet = tile[self.subnet].start
    for r in 0..<tile.items.count {
      for j in 0..<active { saturation[r * active + j] = subnet[r * 2 * active + j] / E(bound) }
    }
    E.hyperbolicTangents(saturation, count: count)
    for i in 0..<count { factor[i] = E(isInverse ? -bound : bound) * saturation[i] }
    E.exponentials(factor, count: count)
    return (saturation, factor)
  }
}

private struct AffineCoupling: Differentiable {
  let coupling: Coupling
  let before: Value?
  let y, logDet: Value

  var domain: Domain { .rows(coupling.rows) }
  var inputs: [Value] { [coupling.x, coupling.subnet] + (before.map { [$0] } ?? []) }
  var wholes: [Value] { [coupling.order] }
  var outputs: [Value] { [y, logDet] }
  var formula: Formula? {
    .affineCoupling(
      x: coupling.x, subnet: coupling.subnet, active: coupling.active, bound: coupling.bound,
      isInverse: coupling.isInverse, order: coupling.order, y: y)
  }

  func addGradients(to pass: inout ReversePass) {
    let dLogDet = pass[logDet]
    let step = AffineCouplingGradient(
      coupling: coupling, dy: pass[y], dLogDet: dLogDet,
      dx: pass.contribution(to: coupling.x), dSubnet: pass.contribution(to: coupling.subnet))
    pass.append(step)
    if let before, let dLogDet { pass.passThrough(dLogDet, to: before) }
  }
}

extension AffineCoupling: CPUStep {
  func scratch(items: Int) -> Int { 2 * items * coupling.active }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[coupling.x], subnet = tile[coupling.subnet]
    let y = tile[self.y], logDet = tile[self.logDet]
    let order = tile.words(coupling.order)
    let (columns, passive, active) = (coupling.columns, coupling.passive, coupling.active)
    let (saturation, factor) = coupling.factors(tile)
    let direction = E(coupling.isInverse ? -coupling.bound : coupling.bound)
    for r in 0..<tile.items.count {
      var sum: E = before.map { tile[$0][r] } ?? 0
      for j in 0..<passive { y[r * columns + Int(order[j])] = x[r * columns + j] }
      for j in 0..<active {
        let x2 = x[r * columns + passive + j], t = subnet[r * 2 * active + active + j]
        let f = factor[r * active + j]
        y[r * columns + Int(order[passive + j])] = coupling.isInverse ? (x2 - t) * f : x2 * f + t
        sum += direction * saturation[r * active + j]
      }
      logDet[r] = sum
    }
  }
}

extension AffineCoupling: DeviceStep {
  func chained(on device: LaunchTraits) -> ChainedStep? {
    ChainedStep(
      .init(
        .coupling,
        [
          "x": .rows(coupling.x), "subnet": .rows(coupling.subnet),
          "order": .whole(coupling.order), "before": .rows(before), "y": .rows(y),
          "log_det": .rows(logDet), "bound": .float(coupling.bound),
          "inverse": .flag(coupling.isInverse), "passive": .int(coupling.passive),
          "active": .int(coupling.active),
        ]))
  }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    [
      .elementwise(
        "affine_coupling",
        [
          .value(coupling.x), .value(coupling.subnet), .value(coupling.order),
          .value(before ?? logDet), .int(before == nil ? 0 : 1), .value(y), .value(logDet),
          .float(coupling.bound), .int(coupling.isInverse ? 1 : 0), .int(coupling.rows),
          .int(coupling.passive), .int(coupling.active),
        ], count: coupling.rows)
    ]
  }
}

/// With g the gradient of v′ and dL that of the log-determinant:
///
///     forward  dx = [g₁, g₂·eˢ],   ds = g₂·x₂·eˢ + dL,          dt = g₂
///     inverse  dx = [g₁, g₂·e⁻ˢ],  ds = −g₂·(x₂ − t)·e⁻ˢ − dL,  dt = −g₂·e⁻ˢ
///
/// and du = ds·(1 − tanh²).
private struct AffineCouplingGradient: Primitive {
  let coupling: Coupling
  let dy, dLogDet: Value?
  let dx, dSubnet: ReversePass.Contribution?

  var domain: Domain { .rows(coupling.rows) }
  var inputs: [Value] { [coupling.x, coupling.subnet] + [dy, dLogDet].compactMap { $0 } }
  var wholes: [Value] { [coupling.order] }
  var outputs: [Value] { [dx, dSubnet].compactMap { $0?.value } }
}

extension AffineCouplingGradient: CPUStep {
  func scratch(items: Int) -> Int { 2 * items * coupling.active }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let dy = self.dy.map { tile[$0] }, dLogDet = self.dLogDet.map { tile[$0] }
    let order = tile.words(coupling.order)
    let (columns, passive, active) = (coupling.columns, coupling.passive, coupling.active)
    let (saturation, factor) = coupling.factors(tile)
    for r in 0..<tile.items.count {
      if let dx {
        for j in 0..<passive {
          tile.contribute(dy?[r * columns + Int(order[j])] ?? 0, to: dx, at: r * columns + j)
        }
      }
      for j in 0..<active {
        addActive(
          tile, row: r, j, g: dy?[r * columns + Int(order[passive + j])] ?? 0,
          dL: dLogDet?[r] ?? 0, factor: factor[r * active + j],
          saturation: saturation[r * active + j])
      }
    }
  }

  @inline(__always)
  private func addActive<E: Real>(
    _ tile: Tile<E>, row: Int, _ j: Int, g: E, dL: E, factor: E, saturation: E
  ) {
    let at = row * coupling.columns + coupling.passive + j
    let u = row * 2 * coupling.active + j
    let t = tile[coupling.subnet][u + coupling.active]
    let moved = coupling.isInverse ? tile[coupling.x][at] - t : tile[coupling.x][at]
    let ds = g * moved * factor + dL
    if let dx { tile.contribute(g * factor, to: dx, at: at) }
    guard let dSubnet else { return }
    let slope = 1 - saturation * saturation
    tile.contribute(coupling.isInverse ? -ds * slope : ds * slope, to: dSubnet, at: u)
    tile.contribute(
      coupling.isInverse ? -g * factor : g, to: dSubnet, at: u + coupling.active)
  }
}

extension AffineCouplingGradient: DeviceStep {
  func chained(on device: LaunchTraits) -> ChainedStep? {
    ChainedStep(
      .init(
        .couplingGradient,
        [
          "x": .rows(coupling.x), "subnet": .rows(coupling.subnet),
          "order": .whole(coupling.order), "dy": .rows(dy), "dlog_det": .rows(dLogDet),
          "dx": .target(dx), "dsubnet": .target(dSubnet), "bound": .float(coupling.bound),
          "inverse": .flag(coupling.isInverse), "passive": .int(coupling.passive),
          "active": .int(coupling.active),
        ]))
  }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    [
      .elementwise(
        "affine_coupling_gradient",
        [.value(coupling.x), .value(coupling.subnet), .value(coupling.order)]
          + .optional(dy, otherwise: coupling.x) + .optional(dLogDet, otherwise: coupling.x)
          + .contribution(dx, otherwise: coupling.x)
          + .contribution(dSubnet, otherwise: coupling.x) + [
            .float(coupling.bound), .int(coupling.isInverse ? 1 : 0), .int(coupling.rows),
            .int(coupling.passive), .int(coupling.active),
          ], count: coupling.rows)
    ]
  }
}

extension ChainOperation.Kind {
  static let coupling = Self(
    "coupling",
    [
      "x": .rows, "subnet": .rows, "order": .whole, "before": .optional(.rows), "y": .rows,
      "log_det": .rows, "bound": .float, "inverse": .int, "passive": .int, "active": .int,
    ])

  static let couplingGradient = Self(
    "coupling_gradient",
    [
      "x": .rows, "subnet": .rows, "order": .whole, "dy": .optional(.rows),
      "dlog_det": .optional(.rows), "dx": .optional(.target), "dsubnet": .optional(.target),
      "bound": .float, "inverse": .int, "passive": .int, "active": .int,
    ])
}
