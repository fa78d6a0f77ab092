import Datasets
import Machine
import Physics
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
  static func perEvent(_ solutions: [Int: Int]) -> String {
    let counts = solutions.sorted { $0.key < $1.key }.map { geometries, events in
      "\(geometries) (\(Numbers.count(grouped: events, "event")))"
    }
    return "geometries per event: \(counts.joined(separator: ", "))"
  }

  static func json(_ solutions: [Int: Int]) -> JSON {
    .array((0..<1 + (solutions.keys.max() ?? -1)).map { .integer(solutions[$0] ?? 0) })
  }

  /// A line for each kind of events that there are.
  static func kinds(_ kinds: [(events: Int, what: String)]) -> [String] {
    kinds.filter { $0.events > 0 }.map { "  \(Numbers.grouped($0.events)) \($0.what)" }
  }
}

extension SolveOptions {
  func reader(_ molecule: Molecule, columns needed: [String]) -> TableReader<Double> {
    var reader = TableReader<Double>(columns: needed, badRows: onBadRow)
    (reader.threads, reader.molecule) = (threads ?? CPU.threads, molecule)
    (reader.names, reader.units) = (columns, units)
    return reader
  }

  /// Reads events block by block, and says in the end what came of all.
  ///
  /// - Parameters:
  ///   - remarks: what else there is to say of the file that was read.
  ///   - close: gives the files that were written their names.
  ///   - body: gets a block, and the number of events before it.
  func read<Rows: EventRows>(
    _ reader: TableReader<Double>, rowsPerBlock: Int, into all: inout Rows, _ output: Output,
    remarks: (String) -> [String] = { _ in [] }, close: () throws -> Void,
    _ body: (Table<Double>, Int, inout Rows) throws -> Void
  ) throws {
    guard let out, let momenta else { return }
    let clock = ContinuousClock.now
    let report = try reader.stream(momenta, rowsPerBlock: rowsPerBlock) { table, first in
      try body(table, first, &all)
    }
    output.clearStatus()
    let file = momenta.inputName
    for note in report.notes + remarks(file) + all.warnings(file) { output.warn(note) }
    try close()
    let seconds = (ContinuousClock.now - clock).seconds
    let lines =
      json
      ? [all.json(seconds: seconds).description]
      : all.text(about: out.outputName, seconds: seconds)
    for line in lines { try output.print(line, about: out) }
  }
}
