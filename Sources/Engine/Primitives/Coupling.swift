extension Graph {
  /// One coupling: x₁ passes, each number of x₂ is transformed, with parameters that a subnet made of
  /// x₁. With f the transform,
  ///
  ///     forward  v′ = [x₁, f(x₂)],    log|det| += Σ log f′(x₂)
  ///     inverse  v′ = [x₁, f⁻¹(x₂)],  log|det| −= Σ log f′(f⁻¹(x₂))
  ///
  /// The columns of v′ are written in the order that the next coupling wants them:
  /// `y[order[j]] = v′[j]`; a flip costs nothing.
  ///
  /// - Parameters:
  ///   - parameters: rows×(parameters of one element · active columns), the first parameter of all
  ///     active columns, then the second, and so on.
  ///   - order: where each column goes; nil leaves them in place.
  ///   - logDeterminant: that of the couplings before this one.
  package mutating func coupling(
    _ x: Value, by transform: some UnivariateTransform, parameters: Value, inverse: Bool = false,
    order: [Int]? = nil, logDeterminant: Value? = nil
  ) -> (y: Value, logDeterminant: Value) {
    let (rows, columns) = (x.shape.rows, x.shape.columns)
    let active = parameters.shape.columns / transform.parameterCount
    precondition(
      parameters.shape == Shape(rows, transform.parameterCount * active) && active < columns,
      "\(parameters.shape) parameters of \(transform) for \(x.shape)")
    let y = makeValue(x.shape)
    let logDet = makeValue(Shape(rows, 1))
    append(
      Coupling(
        layer: CouplingLayer(
          x: x, parameters: parameters, order: columnOrder(order, count: columns), active: active,
          transform: transform, isInverse: inverse), before: logDeterminant, y: y, logDet: logDet))
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
struct CouplingLayer {
  let x, parameters, order: Value
  let active: Int
  let transform: any UnivariateTransform
  let isInverse: Bool

  var columns: Int { x.shape.columns }
  var passive: Int { columns - active }
  var transformNumber: Int { Transforms.number(of: transform) }

  /// Scratch for numbers that are transformed: y, log dy/dx, and the transform's own.
  var scratchCount: Int { 2 + transform.scratchCount }

  func pass<E: Real>(_ tile: Tile<E>) -> TransformPass<E> {
    let count = tile.items.count * active, scratch = tile.scratch.start
    return TransformPass(
      rows: tile.items.count, columns: active, isInverse: isInverse, x: tile[x].start + passive,
      stride: columns, parameters: tile[parameters].start, scratch: scratch + 2 * count,
      y: scratch, logSlope: scratch + count)
  }
}

struct Coupling: Differentiable {
  let layer: CouplingLayer
  let before: Value?
  let y, logDet: Value

  var formula: Formula? {
    layer.transform.formula.map {
      .coupling(
        x: layer.x, parameters: layer.parameters, active: layer.active, transform: $0,
        isInverse: layer.isInverse, order: layer.order, y: y)
    }
  }

  func addGradients(to pass: inout ReversePass) {
    let dLogDet = pass[logDet]
    let step = CouplingGradient(
      layer: layer, dy: pass[y], dLogDet: dLogDet, dx: pass.contribution(to: layer.x),
      dParameters: pass.contribution(to: layer.parameters))
    pass.append(step)
    if let before, let dLogDet { pass.passThrough(dLogDet, to: before) }
  }
}

extension Coupling: CPUStep {
  func scratch(items: Int) -> Int { layer.scratchCount * items * layer.active }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let (columns, passive, active) = (layer.columns, layer.passive, layer.active)
    let x = tile[layer.x], y = tile[self.y], logDet = tile[self.logDet]
    let order = tile.words(layer.order)
    let pass = layer.pass(tile)
    layer.transform.apply(pass)
    for r in 0..<tile.items.count {
      var sum: E = before.map { tile[$0][r] } ?? 0
      for j in 0..<passive { y[r * columns + Int(order[j])] = x[r * columns + j] }
      for j in 0..<active {
        y[r * columns + Int(order[passive + j])] = pass.y[r * active + j]
        sum += pass.logSlope[r * active + j]
      }
      logDet[r] = sum
    }
  }
}

extension Coupling: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "coupling",
      [
        "x": .rows(layer.x), "parameters": .rows(layer.parameters),
        "order": .whole(layer.order), "before": .optionalRows(before), "y": .result(y),
        "log_det": .result(logDet), "transform": .int(layer.transformNumber),
        "count": .int(layer.transform.parameterCount), "bound": .float(layer.transform.bound),
        "inverse": .flag(layer.isInverse), "passive": .int(layer.passive),
        "active": .int(layer.active),
      ])
  }
}

/// dx = [g₁, what the transform makes of g₂ and dL], with g the gradient of v′ and dL that of the
/// log-determinant.
struct CouplingGradient: Primitive {
  let layer: CouplingLayer
  let dy, dLogDet: Value?
  let dx, dParameters: ReversePass.Contribution?
}

extension CouplingGradient: CPUStep {
  func scratch(items: Int) -> Int {
    let parameters = layer.transform.parameterCount
    return (layer.scratchCount + 1 + parameters) * items * layer.active + items
  }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let (columns, passive, active) = (layer.columns, layer.passive, layer.active)
    let dy = self.dy.map { tile[$0] }
    let order = tile.words(layer.order)
    let pass = layer.pass(tile)
    let gradient = gradient(pass, dLogDet: dLogDet.map { tile[$0].start })
    for r in 0..<pass.rows {
      for j in 0..<active {
        gradient.dy[r * active + j] = dy?[r * columns + Int(order[passive + j])] ?? 0
      }
    }
    layer.transform.addGradients(pass, gradient)
    if let dx {
      for r in 0..<pass.rows {
        for j in 0..<passive {
          tile.contribute(dy?[r * columns + Int(order[j])] ?? 0, to: dx, at: r * columns + j)
        }
        for j in 0..<active {
          tile.contribute(gradient.dx[r * active + j], to: dx, at: r * columns + passive + j)
        }
      }
    }
    guard let dParameters else { return }
    for i in 0..<layer.transform.parameterCount * pass.count {
      tile.contribute(gradient.dParameters[i], to: dParameters, at: i)
    }
  }

  /// Places for all gradients in the scratch: that of y is where y is, which nobody asks for here.
  @inline(__always)
  private func gradient<E: Real>(
    _ pass: TransformPass<E>, dLogDet: UnsafeMutablePointer<E>?
  ) -> TransformGradient<E> {
    let dx = pass.scratch + layer.transform.scratchCount * pass.count
    let dParameters = dx + pass.count
    let zeros = dParameters + layer.transform.parameterCount * pass.count
    if dLogDet == nil { zeros.update(repeating: 0, count: pass.rows) }
    return TransformGradient(
      dy: pass.y, dLogSlope: dLogDet ?? zeros, dx: dx, dParameters: dParameters)
  }
}

extension CouplingGradient: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "coupling_gradient",
      [
        "x": .rows(layer.x), "parameters": .rows(layer.parameters),
        "order": .whole(layer.order), "dy": .optionalRows(dy), "dlog_det": .optionalRows(dLogDet),
        "dx": .optionalTarget(dx), "dparameters": .optionalTarget(dParameters),
        "transform": .int(layer.transformNumber), "count": .int(layer.transform.parameterCount),
        "bound": .float(layer.transform.bound), "inverse": .flag(layer.isInverse),
        "passive": .int(layer.passive), "active": .int(layer.active),
      ])
  }
}
