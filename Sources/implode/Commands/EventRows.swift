import Text

/// The rows that events become in a file, and what is to be said of all of them.
protocol EventRows: Sendable {
  /// The columns before those of the positions.
  static var columns: [String] { get }
  /// What the numbers 0, 1, 2 … of a column stand for.
  static var words: [String: [String]] { get }

  var rows: [Double] { get }
  /// Adds what is counted of others, without their rows.
  mutating func count(_ other: Self)

  /// What is odd about the momenta of a file.
  func warnings(_ file: String) -> [String]
  /// `out.csv: 1,000 events in 0.3 s, 3,400 events per second`, and what there was, a line each.
  func text(about file: String, seconds: Double) -> [String]
  func json(seconds: Double) -> JSON
}

extension EventRows {
  static var words: [String: [String]] { [:] }

  static func headline(_ events: Int, about file: String, seconds: Double) -> String {
    let rate = Double(events) / max(seconds, 1e-9)
    return "\(file): \(Numbers.count(grouped: events, "event")) in "
      + "\(Numbers.fixed(seconds, digits: 1)) s, "
      + (rate < 20 ? Numbers.significant(rate, digits: 2) : Numbers.grouped(Int(rate)))
      + " events per second"
  }
}
