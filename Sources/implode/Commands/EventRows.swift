import Machine
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

  /// - Parameter solutions: how many events have 0, 1, 2 … geometries.
  static func perEvent(_ solutions: [Int]) -> String {
    let counts = solutions.enumerated().filter { $1 > 0 }.map { geometries, events in
      "\(geometries) (\(Numbers.count(grouped: events, "event")))"
    }
    return "geometries per event: \(counts.joined(separator: ", "))"
  }

  /// A line for each kind of events that there are.
  static func kinds(_ kinds: [(events: Int, what: String)]) -> [String] {
    kinds.filter { $0.events > 0 }.map { "  \(Numbers.grouped($0.events)) \($0.what)" }
  }
}

extension SolveOptions {
  /// Gives a file its name, and says what there was.
  func finish<Rows: EventRows>(
    _ all: Rows, notes: [String], since clock: ContinuousClock.Instant, _ output: Output,
    close: () throws -> Void
  ) throws {
    guard let out else { return }
    output.clearStatus()
    for note in notes { output.warn(note) }
    try close()
    let seconds = (ContinuousClock.now - clock).seconds
    let lines =
      json
      ? [all.json(seconds: seconds).description]
      : all.text(about: out == "-" ? "standard output" : out, seconds: seconds)
    for line in lines { try output.print(line, about: out) }
  }
}
