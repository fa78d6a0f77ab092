package import Text

/// The map between the coordinates of a frame and those of a model: `y = A u + b`.
///
/// A model of a density needs coordinates without dead directions. With the center of mass at 0 one
/// atom follows from the others, and in the canonical frame some columns are constant: both are left
/// out of u and put back by A and b. What remains is scaled.
package struct Coordinates: Sendable, Equatable {
  /// One atom whose place follows from the others': `Σ wᵢ yᵢ = 0`.
  package struct Closure: Sendable, Equatable {
    package let atom: Int
    /// One for each atom.
    package let weights: [Double]

    /// The heaviest atom, the last of equals: errors of the others move it least.
    package init(masses: [Double]) {
      atom = masses.indices.reversed().max { masses[$0] < masses[$1] } ?? 0
      weights = masses
    }

    init(atom: Int, weights: [Double]) { (self.atom, self.weights) = (atom, weights) }
  }

  /// The frame's coordinates, all of them.
  package let columns: [String]
  package let closure: Closure?
  /// Of the columns that do not follow from others.
  package let scaler: Scaler
  /// The frame's column of each column of the scaler.
  let independent: [Int]
  /// The frame's column, the divisor and the shift of each coordinate of the model.
  package let kept: [(column: Int, shift: Double, scale: Double)]

  package init(columns: [String], closure: Closure?, scaler: Scaler) {
    (self.columns, self.closure, self.scaler) = (columns, closure, scaler)
    independent = Self.independent(columns.count, closure)
    let independent = independent
    kept = scaler.kept.map { (independent[$0], scaler.shift[$0], scaler.scale[$0]) }
  }

  /// Fitted to rows of the frame's coordinates.
  package init(
    fittedTo source: RowSource, kind: ScalerKind, closure: Closure? = nil,
    constants: ConstantPolicy = .refuse, tolerance: Double = 1e-7, threads: Int = 1
  ) throws(Failure) {
    let chosen = Self.independent(source.columns.count, closure)
    guard !chosen.isEmpty else {
      throw Failure(
        "one atom whose position follows from the center of mass",
        hint: "there is nothing to learn; use independent=false")
    }
    self.init(
      columns: source.columns, closure: closure,
      scaler: try Scaler(
        kind, fittedTo: source.selecting(chosen), constants: constants, tolerance: tolerance,
        threads: threads))
  }

  static func independent(_ width: Int, _ closure: Closure?) -> [Int] {
    guard let closure else { return Array(0..<width) }
    return (0..<width).filter { $0 / 3 != closure.atom }
  }

  package static func == (a: Self, b: Self) -> Bool {
    a.columns == b.columns && a.closure == b.closure && a.scaler == b.scaler
  }

  /// Numbers of a row in the frame.
  package var width: Int { columns.count }
  /// Numbers of a row for the model, k.
  package var count: Int { kept.count }
  /// By what each coordinate of the model is multiplied in the frame.
  package var scales: [Double] { kept.map(\.scale) }
  /// The columns that the model sees.
  package var names: [String] { kept.map { columns[$0.column] } }

  /// Writes `u` of one row.
  ///
  /// - Returns: how many values are beyond `Scaler.farthest`.
  @discardableResult package func encode(
    _ row: UnsafeMutableBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    var far = 0
    for k in kept.indices {
      let u = (row[kept[k].column] - kept[k].shift) / kept[k].scale
      if abs(u) > Scaler.farthest { far += 1 }
      target[k] = Float(u)
    }
    return far
  }

  /// Writes `A u + b`, a row of the frame.
  package func decode(
    _ u: UnsafeBufferPointer<Float>, into row: UnsafeMutableBufferPointer<Double>
  ) {
    for c in independent.indices { row[independent[c]] = scaler.shift[c] }
    for k in kept.indices {
      row[kept[k].column] = Double(u[k]) * kept[k].scale + kept[k].shift
    }
    guard let closure else { return }
    for axis in 0..<3 {
      var sum = 0.0
      for i in closure.weights.indices where i != closure.atom {
        sum += closure.weights[i] * row[3 * i + axis]
      }
      row[3 * closure.atom + axis] = -sum / closure.weights[closure.atom]
    }
  }

  /// A, width × count, row after row, and b: what a graph needs to compute in the frame from the
  /// model's coordinates.
  package var expansion: (matrix: [Double], offset: [Double]) {
    var matrix = [Double](repeating: 0, count: width * count)
    var offset = [Double](repeating: 0, count: width)
    for c in independent.indices { offset[independent[c]] = scaler.shift[c] }
    for k in kept.indices { matrix[kept[k].column * count + k] = kept[k].scale }
    guard let closure else { return (matrix, offset) }
    for i in closure.weights.indices where i != closure.atom {
      let share = closure.weights[i] / closure.weights[closure.atom]
      for axis in 0..<3 {
        let (to, from) = (3 * closure.atom + axis, 3 * i + axis)
        offset[to] -= share * offset[from]
        for k in 0..<count { matrix[to * count + k] -= share * matrix[from * count + k] }
      }
    }
    return (matrix, offset)
  }
}
