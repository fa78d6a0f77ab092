import Glibc

/// How a row of a network's output is a mixture of K normals in n columns:
///
///     [K logits a | K×n means μ | K×n numbers u],   π = softmax(a),   log σ = c + h·tanh(u/h)
///
/// c and h are such that σ lies between two bounds: a density of noise-free data would otherwise
/// have no maximum.
package struct Mixture: Hashable, Sendable {
  package let components: Int
  /// n
  package let columns: Int
  package let center, half: Float

  package init(components: Int, columns: Int, deviations: ClosedRange<Float>) {
    precondition(components > 0 && columns > 0 && deviations.lowerBound > 0)
    (self.components, self.columns) = (components, columns)
    let (low, high) = (log(deviations.lowerBound), log(deviations.upperBound))
    (center, half) = ((low + high) / 2, (high - low) / 2)
  }

  /// Columns of the network's output.
  package var width: Int { components * (1 + 2 * columns) }
  /// Columns of the normals that one sample takes: which component, and its noise.
  package var latentWidth: Int { columns + 1 }

}

/// A loss of a mixture beside targets.
struct MixtureLoss {
  let parameters, t: Value
  let mixture: Mixture
  let term: Objective.Term
  var place: ReversePass.Contribution?

  init(_ parameters: Value, of t: Value, _ mixture: Mixture, _ term: Objective.Term) {
    precondition(
      parameters.shape == Shape(t.shape.rows, mixture.width)
        && t.shape.columns == mixture.columns,
      "\(parameters.shape) is no mixture for targets of \(t.shape)")
    (self.parameters, self.t, self.mixture, self.term) = (parameters, t, mixture, term)
  }

  func withGradient(in pass: inout ReversePass) -> MixtureLoss {
    precondition(!pass.isActive(t), "the gradient of a loss with respect to its target")
    var loss = self
    loss.place = pass.contribution(to: parameters)
    return loss
  }

  func operation(_ name: String) -> ChainOperation {
    ChainOperation(
      name,
      [
        "parameters": .rows(parameters), "t": .rows(t), "components": .int(mixture.components),
        "center": .float(mixture.center), "half_range": .float(mixture.half),
        "columns": .int(mixture.columns), "scratch": .scratch, "term": .term(term),
        "dparameters": .optionalTarget(place),
      ])
  }
}

extension Graph {
  /// −log Σ π N(t; μ, σ²)
  package mutating func mixtureLikelihood(
    _ parameters: Value, of t: Value, _ mixture: Mixture, as term: Objective.Term
  ) {
    append(MixtureLikelihood(operands: MixtureLoss(parameters, of: t, mixture, term)))
  }

  /// One sample of each row: z₀ chooses the component, the rest of z is its noise.
  package mutating func mixtureSample(_ parameters: Value, z: Value, _ mixture: Mixture) -> Value {
    let rows = parameters.shape.rows
    precondition(
      parameters.shape.columns == mixture.width && z.shape == Shape(rows, mixture.latentWidth),
      "\(z.shape) numbers to sample a mixture of \(parameters.shape)")
    let y = makeValue(Shape(rows, mixture.columns))
    append(MixtureSample(parameters: parameters, z: z, mixture: mixture, y: y))
    return y
  }
}

/// With r_j the share of component j in the density:
///
///     da = π − r,   dμ = −r (t − μ)/σ²,   du = r (1 − ((t − μ)/σ)²)·(1 − tanh²)
struct MixtureLikelihood: Differentiable {
  let operands: MixtureLoss
  private var mixture: Mixture { operands.mixture }

  func addGradients(to pass: inout ReversePass) {
    pass.supersede(with: MixtureLikelihood(operands: operands.withGradient(in: &pass)))
  }
}

extension MixtureLikelihood: CPUStep {
  func scratch(items: Int) -> Int { items * (2 * mixture.columns + 2) * mixture.components }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let (k, n, term) = (mixture.components, mixture.columns, operands.term)
    let x = tile[operands.parameters], t = tile[operands.t], terms = tile[term.terms]
    let weight = tile.weight(of: term)
    let rows = tile.items.count
    let bend = tile.scratch.start, inverse = bend + rows * k * n, part = inverse + rows * k * n
    mixture.deviations(x.start, rows: rows, bend: bend, inverse: inverse)
    for r in 0..<rows {
      let a = x.start + r * mixture.width, parts = part + r * 2 * k
      for j in 0..<k {
        var sum = a[j]
        for c in 0..<n {
          let i = (r * k + j) * n + c
          let d = (t[r * n + c] - a[k + j * n + c]) * inverse[i]
          sum -= E(mixture.center) + E(mixture.half) * bend[i] + d * d / 2
        }
        parts[j] = sum
        parts[k + j] = a[j]
      }
      let whole = Mixture.logSum(parts, k), normalizer = Mixture.logSum(parts + k, k)
      terms[r * term.count + term.index] =
        normalizer - whole + E(n) * E(0.918_938_533_204_672_74)
      for j in 0..<k {
        (parts[j], parts[k + j]) = (parts[j] - whole, a[j] - normalizer)
      }
    }
    E.exponentials(part, count: rows * 2 * k)
    guard operands.place != nil else { return }
    for r in 0..<rows {
      addGradients(
        tile, r, weight(tile.items.lowerBound + r), x.start, t.start, bend, inverse, part)
    }
  }

  @inline(__always)
  private func addGradients<E: Real>(
    _ tile: Tile<E>, _ r: Int, _ weight: E, _ x: UnsafeMutablePointer<E>,
    _ t: UnsafeMutablePointer<E>, _ bend: UnsafeMutablePointer<E>,
    _ inverse: UnsafeMutablePointer<E>, _ part: UnsafeMutablePointer<E>
  ) {
    guard let place = operands.place else { return }
    let (k, n) = (mixture.components, mixture.columns)
    let at = r * mixture.width
    for j in 0..<k {
      let share = part[r * 2 * k + j], prior = part[r * 2 * k + k + j]
      tile.contribute(weight * (prior - share), to: place, at: at + j)
      for c in 0..<n {
        let i = (r * k + j) * n + c
        let d = (t[r * n + c] - x[at + k + j * n + c]) * inverse[i]
        tile.contribute(-weight * share * d * inverse[i], to: place, at: at + k + j * n + c)
        tile.contribute(
          weight * share * (1 - d * d) * (1 - bend[i] * bend[i]), to: place,
          at: at + k * (1 + n) + j * n + c)
      }
    }
  }
}

extension MixtureLikelihood: RowStep {
  var operation: ChainOperation { operands.operation("mixture_likelihood") }

  func chained(_ shape: ChainShape) -> ChainedStep? {
    let gradient = operands.place == nil ? [] : [operands.operation("mixture_gradient")]
    return ChainedStep(
      operations: [operands.operation("mixture_parts"), operation] + gradient,
      scratch: mixture.components + 2)
  }
}

private struct MixtureSample: Primitive {
  let parameters, z: Value
  let mixture: Mixture
  let y: Value

  var formula: Formula? { .mixtureSample(parameters: parameters, z: z, mixture: mixture, y: y) }
}

extension MixtureSample: CPUStep {
  func scratch(items: Int) -> Int { items * (2 * mixture.columns + 1) * mixture.components }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let (k, n) = (mixture.components, mixture.columns)
    let x = tile[parameters], z = tile[self.z], y = tile[self.y]
    let rows = tile.items.count
    let bend = tile.scratch.start, inverse = bend + rows * k * n, part = inverse + rows * k * n
    mixture.deviations(x.start, rows: rows, bend: bend, inverse: inverse)
    mixture.weights(x.start, rows: rows, into: part)
    for r in 0..<rows {
      let noise = z.start + r * (n + 1)
      // Weights add up to 1 but for rounding: where Φ(z₀) is 1, too, none may be left over.
      var total: E = 0
      for j in 0..<k { total += part[r * k + j] }
      let level = E(0.5 * erfc(-0.5.squareRoot() * Double(noise[0]))) * total
      var j = 0
      var below = part[r * k]
      while j + 1 < k && below < level {
        j += 1
        below += part[r * k + j]
      }
      for c in 0..<n {
        y[r * n + c] =
          x[r * mixture.width + k + j * n + c] + noise[1 + c] / inverse[(r * k + j) * n + c]
      }
    }
  }
}

extension MixtureSample: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "mixture_sample",
      [
        "parameters": .rows(parameters), "z": .rows(z), "components": .int(mixture.components),
        "center": .float(mixture.center), "half_range": .float(mixture.half), "y": .result(y),
        "columns": .int(mixture.columns),
      ])
  }
}

extension Mixture {
  /// tanh(u/h) and 1/σ of every component and column of some rows.
  @inline(__always)
  fileprivate func deviations<E: Real>(
    _ x: UnsafeMutablePointer<E>, rows: Int, bend: UnsafeMutablePointer<E>,
    inverse: UnsafeMutablePointer<E>
  ) {
    let count = components * columns
    for r in 0..<rows {
      let u = x + r * width + components * (1 + columns)
      for i in 0..<count { bend[r * count + i] = u[i] / E(half) }
    }
    E.hyperbolicTangents(bend, count: rows * count)
    for i in 0..<rows * count { inverse[i] = -(E(center) + E(half) * bend[i]) }
    E.exponentials(inverse, count: rows * count)
  }

  /// π of every component of some rows.
  @inline(__always)
  func weights<E: Real>(
    _ x: UnsafeMutablePointer<E>, rows: Int, into weights: UnsafeMutablePointer<E>
  ) {
    for r in 0..<rows {
      let logits = x + r * width
      let normalizer = Mixture.logSum(logits, components)
      for j in 0..<components { weights[r * components + j] = logits[j] - normalizer }
    }
    E.exponentials(weights, count: rows * components)
  }

  /// log Σ exp(x)
  @inline(__always)
  static func logSum<E: Real>(_ x: UnsafeMutablePointer<E>, _ count: Int) -> E {
    var largest = x[0]
    for j in 1..<max(1, count) { largest = max(largest, x[j]) }
    var sum = 0.0
    for j in 0..<count { sum += exp(Double(x[j] - largest)) }
    return largest + E(log(sum))
  }
}
