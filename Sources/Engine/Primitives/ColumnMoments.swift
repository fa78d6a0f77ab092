extension Graph {
  /// 2×columns: Σ (x − a) and Σ (x − a)² over the rows, from which means and variances follow.
  ///
  /// - Parameters:
  ///   - origin: 1×columns, near the means: keeps digits where they are far from zero.
  ///   - clock: counts only the valid rows of a batch.
  package mutating func columnMoments(
    _ x: Value, about origin: Value? = nil, clock: Value? = nil
  ) -> Value {
    precondition(
      origin == nil || origin?.shape == Shape(1, x.shape.columns), "an origin for \(x.shape)")
    let moments = makeValue(Shape(2, x.shape.columns))
    append(ColumnMoments(of: MomentOperands(x: x, origin: origin, clock: clock), moments: moments))
    return moments
  }
}

private struct MomentOperands: Hashable {
  let x: Value
  let origin, clock: Value?

  var wholes: [Value] { [origin, clock].compactMap { $0 } }

  var arguments: [Launch.Argument] {
    [.value(x)] + .optional(origin, otherwise: x) + .optional(clock, otherwise: x)
  }

  func validRows<E: Real>(_ tile: Tile<E>) -> Int {
    guard let clock else { return x.shape.rows }
    return Int(tile.words(clock)[Clock.Word.validRows.rawValue])
  }
}

private struct ColumnMoments: Differentiable {
  let operands: MomentOperands
  let moments: Value

  init(of operands: MomentOperands, moments: Value) {
    (self.operands, self.moments) = (operands, moments)
  }

  var domain: Domain { .rows(operands.x.shape.rows) }
  var inputs: [Value] { [operands.x] }
  var wholes: [Value] { operands.wholes }
  var sums: [Value] { [moments] }

  func addGradients(to pass: inout ReversePass) {
    guard let d = pass[moments], let dx = pass.contribution(to: operands.x) else { return }
    pass.append(ColumnMomentsGradient(operands: operands, dMoments: d, dx: dx))
  }
}

extension ColumnMoments: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[operands.x], columns = operands.x.shape.columns
    let origin = operands.origin.map { tile.whole($0) }
    let valid = operands.validRows(tile)
    let (sums, accumulate) = tile.sum(moments, accumulates: false)
    if !accumulate { sums.update(repeating: 0) }
    for r in tile.items where r < valid {
      for c in 0..<columns {
        let d = x[(r - tile.items.lowerBound) * columns + c] - (origin?[c] ?? 0)
        sums[c] += d
        sums[columns + c] += d * d
      }
    }
  }
}

extension ColumnMoments: DeviceStep {
  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    let group = 64
    let columns = operands.x.shape.columns
    return [
      .kernel(
        .init(
          entry: "column_moments",
          arguments: operands.arguments + [
            .value(moments), .int(0), .int(operands.x.shape.rows), .int(columns),
          ], global: .init(columns * group), local: .init(group)))
    ]
  }
}

/// dx = d₀ + 2 (x − a)·d₁ in valid rows
private struct ColumnMomentsGradient: Primitive {
  let operands: MomentOperands
  let dMoments: Value
  let dx: ReversePass.Contribution

  var domain: Domain { .rows(operands.x.shape.rows) }
  var inputs: [Value] { [operands.x] }
  var wholes: [Value] { operands.wholes + [dMoments] }
  var outputs: [Value] { [dx.value] }
}

extension ColumnMomentsGradient: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[operands.x], d = tile.whole(dMoments), columns = operands.x.shape.columns
    let origin = operands.origin.map { tile.whole($0) }
    let valid = operands.validRows(tile)
    for r in tile.items {
      for c in 0..<columns {
        let at = (r - tile.items.lowerBound) * columns + c
        let distance = x[at] - (origin?[c] ?? 0)
        tile.contribute(
          r < valid ? d[c] + 2 * distance * d[columns + c] : 0, to: dx, at: at)
      }
    }
  }
}

extension ColumnMomentsGradient: DeviceStep {
  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    [
      .elementwise(
        "column_moments_gradient",
        operands.arguments + [
          .value(dMoments), .value(dx.value), .int(dx.accumulates ? 1 : 0),
          .int(operands.x.shape.rows), .int(operands.x.shape.columns),
        ], count: operands.x.shape.count)
    ]
  }
}
