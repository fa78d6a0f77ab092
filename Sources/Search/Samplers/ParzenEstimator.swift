import Glibc

/// A density of some trials' parameters: a mixture with a kernel at each trial, and one, the prior,
/// over all of the space.
///
/// Widths, weights and bounds are those of Optuna's `TPESampler`: a kernel is as wide as the distance
/// to the farther of its neighbors, and recent trials count more than old ones.
struct ParzenEstimator {
  private let weights: [Double]
  private let dimensions: [KernelDimension]

  /// - Parameter points: the numbers of the trials, the oldest first, one for each parameter.
  init(_ points: [[Double]], of parameters: [SearchParameter]) {
    let raw = points.isEmpty ? [1] : Self.weights(points.count) + [1]
    let sum = raw.reduce(0, +)
    weights = raw.map { $0 / sum }
    dimensions = parameters.indices.map { index in
      KernelDimension(points.map { $0[index] }, of: parameters[index].distribution)
    }
  }

  /// The latest 25 count fully, those before them less the older they are.
  private static func weights(_ count: Int) -> [Double] {
    guard count >= 25 else { return Array(repeating: 1, count: count) }
    let old = count - 25
    let ramp = (0..<old).map { index in
      let start = 1 / Double(count)
      return old == 1 ? start : start + (1 - start) * Double(index) / Double(old - 1)
    }
    return ramp + Array(repeating: 1, count: 25)
  }

  /// A random point.
  func sample(_ random: inout TrialRandom) -> [Double] {
    var rest = random.next()
    var kernel = weights.count - 1
    for (index, weight) in weights.enumerated() {
      if rest < weight {
        kernel = index
        break
      }
      rest -= weight
    }
    return dimensions.map { $0.number(of: kernel, at: random.next()) }
  }

  /// The logarithm of the density, up to factors that all densities of the space have.
  func logDensity(_ point: [Double]) -> Double {
    let terms = weights.indices.map { kernel in
      zip(dimensions, point).reduce(log(weights[kernel])) { $0 + $1.0.logDensity($1.1, of: kernel) }
    }
    let largest = terms.max() ?? -.infinity
    guard largest > -.infinity else { return largest }
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }
}

/// The kernels of one parameter.
enum KernelDimension {
  case choices([[Double]])
  case numbers([TruncatedNormal], Distribution, isLog: Bool, step: Double)

  init(_ points: [Double], of distribution: Distribution) {
    switch distribution {
    case .choice(let choices):
      let kernels = Double(points.count + 1)
      self = .choices(
        points.map { point in
          choices.indices.map { index in
            ((index == Int(point) ? 1 : 0) + 1 / kernels) / (1 + Double(choices.count) / kernels)
          }
        } + [Array(repeating: 1 / Double(choices.count), count: choices.count)])
    case .float(let low, let high, let isLog, let step):
      self = Self.numbers(points, (low, high), isLog, step ?? 0, distribution)
    case .integer(let low, let high, let isLog, let step):
      self = Self.numbers(points, (Double(low), Double(high)), isLog, Double(step), distribution)
    }
  }

  private static func numbers(
    _ points: [Double], _ range: (low: Double, high: Double), _ isLog: Bool, _ step: Double,
    _ distribution: Distribution
  ) -> KernelDimension {
    func scaled(_ x: Double) -> Double { isLog ? log(x) : x }
    let (low, high) = (scaled(range.low - step / 2), scaled(range.high + step / 2))
    let means = points.map(scaled)
    let widths = Self.widths(of: means, from: low, to: high)
    let kernels = zip(means + [(low + high) / 2], widths + [high - low]).map {
      TruncatedNormal(mean: $0, width: $1, low: low, high: high)
    }
    return .numbers(kernels, distribution, isLog: isLog, step: step)
  }

  /// The distance to the farther neighbor; at the ends, to the only one.
  private static func widths(of means: [Double], from low: Double, to high: Double) -> [Double] {
    let order = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    let sorted = [low] + order.map { means[$0] } + [high]
    let least = (high - low) / min(100, Double(means.count + 2))
    var widths = [Double](repeating: 0, count: means.count)
    for (rank, index) in order.enumerated() {
      let (left, right) = (sorted[rank + 1] - sorted[rank], sorted[rank + 2] - sorted[rank + 1])
      var width = max(left, right)
      if means.count >= 2 && rank == 0 { width = right }
      if means.count >= 2 && rank == means.count - 1 { width = left }
      widths[index] = min(max(width, least), high - low)
    }
    return widths
  }

  /// The number below which there is a share of a kernel's probability.
  func number(of kernel: Int, at share: Double) -> Double {
    switch self {
    case .choices(let weights):
      var rest = share
      for (index, weight) in weights[kernel].enumerated() {
        if rest < weight { return Double(index) }
        rest -= weight
      }
      return Double(weights[kernel].count - 1)
    case .numbers(let kernels, let distribution, let isLog, let step):
      let x = kernels[kernel].quantile(share)
      return distribution.nearest(to: isLog ? exp(x) : x, step: step)
    }
  }

  func logDensity(_ number: Double, of kernel: Int) -> Double {
    switch self {
    case .choices(let weights): return log(weights[kernel][Int(number)])
    case .numbers(let kernels, _, let isLog, let step):
      func scaled(_ x: Double) -> Double { isLog ? log(x) : x }
      return step == 0
        ? kernels[kernel].logDensity(scaled(number))
        : kernels[kernel].logMass(from: scaled(number - step / 2), to: scaled(number + step / 2))
    }
  }
}

extension Distribution {
  /// The number of the distribution that is nearest to `x`.
  fileprivate func nearest(to x: Double, step: Double) -> Double {
    let range: (low: Double, high: Double)
    switch self {
    case .float(let low, let high, _, _): range = (low, high)
    case .integer(let low, let high, _, _): range = (Double(low), Double(high))
    case .choice: return x
    }
    let near =
      step == 0 ? x : range.low + ((x - range.low) / step).rounded(.toNearestOrEven) * step
    return min(max(near, range.low), range.high)
  }
}
