package import Text

/// What a column's shift and scale are taken from.
package enum ScalerKind: String, CaseIterable, Sendable {
  /// Mean and standard deviation.
  case standard
  /// Minimum and range: to 0…1.
  case minmax
  /// Middle and half of the range: to −1…1.
  case symmetric = "minmax-symmetric"
  /// Median and interquartile range divided by 1.349, which is σ where values are normal: far
  /// outliers change nothing. A column whose quartiles are one number takes its standard deviation.
  case robust
  /// 0 and 1.
  case none
}

/// What becomes of a column that always has the same value.
package enum ConstantPolicy: String, CaseIterable, Sendable {
  /// An error that names it.
  case refuse
  /// It is no coordinate of the model, and is put back afterwards.
  case drop
  /// It is a coordinate, of zeros.
  case zero
}

/// `x' = (x − shift)/scale` for each column, from the statistics of the rows that it was fitted to.
///
/// Fit it to training rows only: anything learned from the others is a leak.
package struct Scaler: Sendable, Equatable {
  /// A scaled value beyond this says that a row is not of the data that the scaler was fitted to.
  package static let farthest = 1e6

  package let kind: ScalerKind
  package let columns: [String]
  package let shift: [Double]
  /// 0 for a column that was dropped, so that restoring it gives its constant.
  package let scale: [Double]
  /// The columns that the model sees, by index.
  package let kept: [Int]

  init(kind: ScalerKind, columns: [String], shift: [Double], scale: [Double]) {
    (self.kind, self.columns, self.shift, self.scale) = (kind, columns, shift, scale)
    kept = scale.indices.filter { scale[$0] != 0 }
  }

  /// - Parameter tolerance: A column is constant if its standard deviation is below this part of its
  ///   mean, or of the typical one of all columns.
  package init(
    _ kind: ScalerKind, fittedTo source: RowSource, constants policy: ConstantPolicy = .refuse,
    tolerance: Double = 1e-7, threads: Int = 1
  ) throws(Failure) {
    guard source.rows > 0 else {
      throw Failure("no rows to fit a scaler to", hint: "training needs rows")
    }
    let found = source.statistics(threads: threads)
    for (name, column) in zip(source.columns, found) where !column.variance.isFinite {
      throw Failure(
        "column \(name) has values that are no finite numbers, or too large to square",
        hint: "`implode inspect` shows the ranges of all columns")
    }
    let constant = Self.areConstant(found, tolerance)
    let names = zip(source.columns, constant).filter(\.1).map(\.0)
    guard source.rows > 1 || names.isEmpty else {
      throw Failure(
        "there is one training row, in which nothing varies", hint: "training needs more rows")
    }
    if policy == .refuse, !names.isEmpty {
      throw Failure(
        "\(names.count == 1 ? "column" : "columns") \(names.joined(separator: ", ")) "
          + "always \(names.count == 1 ? "has" : "have") the same value",
        hint: "drop such columns (constants=drop), or use a frame without them")
    }
    var (shift, scale) = try Self.units(kind, found, source, threads)
    for c in constant.indices where constant[c] {
      shift[c] = found[c].least == found[c].most ? found[c].least : found[c].mean
      scale[c] = policy == .drop ? 0 : 1
    }
    self.init(kind: kind, columns: source.columns, shift: shift, scale: scale)
    guard !kept.isEmpty else {
      throw Failure(
        "every column always has the same value", hint: "there is nothing to learn from these data")
    }
  }

  /// Which columns hold one number, or one number and rounding.
  static func areConstant(_ columns: [ColumnStatistics], _ tolerance: Double) -> [Bool] {
    let deviations = columns.map(\.standardDeviation).filter { $0 > 0 }.sorted()
    let typical = deviations.isEmpty ? 0 : deviations[deviations.count / 2]
    return columns.map {
      $0.least == $0.most || $0.standardDeviation < tolerance * max(abs($0.mean), typical)
    }
  }

  private static func units(
    _ kind: ScalerKind, _ found: [ColumnStatistics], _ source: RowSource, _ threads: Int
  ) throws(Failure) -> (shift: [Double], scale: [Double]) {
    switch kind {
    case .standard: return (found.map(\.mean), found.map(\.standardDeviation))
    case .minmax: return (found.map(\.least), found.map { $0.most - $0.least })
    case .symmetric:
      return (
        found.map { $0.least + ($0.most - $0.least) / 2 }, found.map { ($0.most - $0.least) / 2 }
      )
    case .none: return (found.map { _ in 0 }, found.map { _ in 1 })
    case .robust:
      let quartiles = source.quantiles([0.25, 0.5, 0.75], threads: threads)
      let widths = quartiles.map { ($0[2] - $0[0]) / 1.3489795003921634 }
      return (
        quartiles.map { $0[1] },
        zip(widths, found).map { $0 > 0 ? $0 : $1.standardDeviation }
      )
    }
  }
}

extension Scaler {
  /// Everything that a checkpoint needs to make this scaler again.
  package struct Values: Sendable, Equatable {
    package var kind: String
    package var columns: [String]
    package var shift: [Double]
    package var scale: [Double]

    package init(kind: String, columns: [String], shift: [Double], scale: [Double]) {
      (self.kind, self.columns, self.shift, self.scale) = (kind, columns, shift, scale)
    }
  }

  package var values: Values {
    Values(kind: kind.rawValue, columns: columns, shift: shift, scale: scale)
  }

  package init(_ values: Values) throws(Failure) {
    let count = values.columns.count
    guard let kind = ScalerKind(rawValue: values.kind), values.shift.count == count,
      values.scale.count == count, values.scale.contains(where: { $0 != 0 }),
      (values.shift + values.scale).allSatisfy({ $0.isFinite })
    else {
      throw Failure(
        "a scaler '\(values.kind)' of \(values.shift.count) shifts and \(values.scale.count) "
          + "scales for \(count) columns", hint: "the checkpoint is damaged; use another")
    }
    self.init(
      kind: kind, columns: values.columns, shift: values.shift, scale: values.scale)
  }
}
