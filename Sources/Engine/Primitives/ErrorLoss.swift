extension Graph {
  /// The mean of (y − t)² over the columns.
  package mutating func squaredError(_ y: Value, _ t: Value, as term: Objective.Term) {
    error(y, t, isSquared: true, as: term)
  }

  /// The mean of |y − t|, or of its square, over the columns.
  ///
  /// - Parameter units: 2×columns, a scale for each column and then a shift. With them the error is
  ///   |y − t| / (|t| + ε) in original units; a ratio, not percent.
  package mutating func error(
    _ y: Value, _ t: Value, isSquared: Bool, relativeIn units: Value? = nil,
    as term: Objective.Term
  ) {
    precondition(y.shape == t.shape, "the error of \(y.shape) against \(t.shape)")
    precondition(
      units == nil || units?.shape == Shape(2, y.shape.columns), "units for \(y.shape)")
    append(ErrorLoss(isSquared: isSquared, y: y, t: t, units: units, term: term))
  }
}

/// terms[r] = mean over c of ℓ(e), with e = (y − t)·scale and ℓ(e) = e² or |e|.
struct ErrorLoss: Differentiable {
  let isSquared: Bool
  let y, t: Value
  let units: Value?
  let term: Objective.Term
  var dy: ReversePass.Contribution?

  private enum Measure: Int {
    // In the order of the constants in error_loss.cl.
    case squared, absolute, relative, squaredRelative
  }

  private var measure: Measure {
    if isSquared { return units == nil ? .squared : .squaredRelative }
    return units == nil ? .absolute : .relative
  }

  /// Keeps the relative error of a coordinate that is zero finite.
  static var epsilon: Float { 1e-10 }

  func addGradients(to pass: inout ReversePass) {
    precondition(!pass.isActive(t), "the gradient of a loss with respect to its target")
    var step = self
    step.dy = pass.contribution(to: y)
    pass.supersede(with: step)
  }
}

extension ErrorLoss: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let y = tile[y], t = tile[t], terms = tile[term.terms]
    let dy = self.dy.map { tile[$0.value] }
    let units = self.units.map { tile.whole($0) }
    let columns = self.y.shape.columns
    let weight = tile.weight(of: term)
    for r in tile.items {
      let row = r - tile.items.lowerBound
      var sum: E = 0
      for c in 0..<columns {
        let i = row * columns + c
        var scale: E = 1
        if let units {
          scale = units[c] / (abs(t[i] * units[c] + units[columns + c]) + E(Self.epsilon))
        }
        let e = (y[i] - t[i]) * scale
        sum += isSquared ? e * e : abs(e)
        let slope = isSquared ? 2 * e : e.signOrZero
        guard let dy, let contribution = self.dy else { continue }
        let gradient = weight(r) / E(columns) * slope * scale
        dy[i] = contribution.accumulates ? dy[i] + gradient : gradient
      }
      terms[row * term.count + term.index] = sum / E(columns)
    }
  }
}

extension ErrorLoss: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "error_loss",
      [
        "y": .rows(y), "t": .rows(t), "measure": .int(measure.rawValue),
        "units": .whole(units), "epsilon": .float(Self.epsilon), "term": .term(term),
        "dy": .optionalTarget(dy), "columns": .int(y.shape.columns),
      ])
  }
}
