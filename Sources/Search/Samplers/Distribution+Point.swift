import Glibc

extension Distribution {
  /// The number at a point between 0 and 1 of the range, each with the same share of it.
  func number(at point: Double) -> Double {
    switch self {
    case .float(let low, let high, let isLog, let step):
      if isLog { return min(max(exp(log(low) + point * (log(high) - log(low))), low), high) }
      guard let step else { return min(max(low + point * (high - low), low), high) }
      let count = ((high - low) / step + 1e-9).rounded(.down)
      return low + min((point * (count + 1)).rounded(.down), count) * step
    case .integer(let low, let high, let isLog, let step):
      if isLog {
        let (start, end) = (log(Double(low) - 0.5), log(Double(high) + 0.5))
        return min(max(exp(start + point * (end - start)).rounded(), Double(low)), Double(high))
      }
      let count = (high - low) / step
      return Double(low + min(Int(point * Double(count + 1)), count) * step)
    case .choice(let choices):
      return Double(min(Int(point * Double(choices.count)), choices.count - 1))
    }
  }
}
