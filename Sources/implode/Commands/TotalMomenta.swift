import Physics
import Text

/// What the total momenta of events say about noise and jet.
struct TotalMomenta: Sendable {
  private let jet: Double
  private var used = 0, subtracted = 0
  private var squares = 0.0, variances = 0.0

  init(jet: Double) { self.jet = jet }

  mutating func add(_ total: MeasuredMomenta.Total?) {
    switch total {
    case .used(let square, let variance):
      used += 1
      squares += square
      variances += variance
    case .subtracted: subtracted += 1
    case .unknown, nil: break
    }
  }

  mutating func add(_ other: Self) {
    used += other.used
    subtracted += other.subtracted
    squares += other.squares
    variances += other.variances
  }

  func warnings(_ file: String, events: Int) -> [String] {
    var lines: [String] = []
    if subtracted > 0 {
      lines.append(
        "\(file): the total momentum of \(Numbers.grouped(subtracted)) of "
          + "\(Numbers.count(grouped: events, "event")) is 0: it was subtracted, and says nothing "
          + "more about the ions")
    }
    // The mean of 3 n squares with a relative error of √(2/3n): five of them, and a tenth of σ.
    let ratio = squares / max(variances, 1e-300)
    let error = (2 / (3 * Double(max(used, 1)))).squareRoot()
    guard used >= 10, abs(ratio - 1) > 5 * error, !(0.81...1.21).contains(ratio) else {
      return lines
    }
    lines.append(
      "\(file): the total momenta have a standard deviation of \(deviation(squares)) for each "
        + "component, where noise and jet make \(deviation(variances)): " + advice)
    return lines
  }

  private var advice: String {
    let excess = (squares - variances) / Double(used)
    guard excess > 0 else { return "the noise is less than given, and the samples are too wide" }
    let own = Numbers.significant((jet * jet + excess).squareRoot(), digits: 2)
    return "the samples are too narrow; if the noise is right, --jet \(own) explains it"
  }

  private func deviation(_ sum: Double) -> String {
    Numbers.significant((sum / Double(used)).squareRoot(), digits: 3)
  }
}
