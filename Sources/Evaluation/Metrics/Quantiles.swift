extension [Double] {
  /// The middle value, or the mean of the two in the middle; nan of nothing.
  package var median: Double { quantile(0.5) }

  /// The value below which a share of the values lies, between neighbors by a straight line.
  package func quantile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    let place = share * Double(count - 1)
    let below = Swift.min(count - 1, Int(place))
    let above = Swift.min(count - 1, below + 1)
    let weight = place - Double(below)
    // An infinite neighbor counts only where it has a weight: 0·∞ is nan.
    return weight == 0 ? sorted[below] : sorted[below] * (1 - weight) + sorted[above] * weight
  }
}
