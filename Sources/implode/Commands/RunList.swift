import Foundation
import Machine
import Text

/// The runs in a folder.
struct RunList {
  private let runs: [ListedRun]

  /// How many levels of folders are searched.
  private static let deepest = 2

  init(below folder: String) { runs = Self.find(in: folder, name: "", depth: 0) }

  private static func find(in folder: String, name: String, depth: Int) -> [ListedRun] {
    if Files.isPlain("\(folder)/run.json") {
      return [ListedRun(folder, name: name.isEmpty ? title(of: folder) : name)]
    }
    guard depth < deepest,
      let entries = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return [] }
    return entries.sorted().filter { !$0.hasPrefix(".") }.flatMap { entry in
      var isFolder: ObjCBool = false
      let path = folder.hasSuffix("/") ? folder + entry : "\(folder)/\(entry)"
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue
      else { return [ListedRun]() }
      return find(in: path, name: name.isEmpty ? entry : "\(name)/\(entry)", depth: depth + 1)
    }
  }

  private static func title(of folder: String) -> String {
    URL(filePath: folder).standardizedFileURL.lastPathComponent
  }

  /// Ascending numbers, alphabetical text, the latest start first. Runs without a value in the
  /// column come last in either direction. By a metric only evaluations on the same rows with the
  /// same number of samples are ranked; runs that have others only come after all.
  func sorted(by column: RunColumn, reverse: Bool) -> [ListedRun] {
    let isDown = (column == .started) != reverse
    return (column.isMetric ? Self.comparing(runs) : runs).sorted { a, b in
      if a.isComparable != b.isComparable { return a.isComparable }
      func order<Value: Comparable>(_ x: Value?, _ y: Value?) -> Bool? {
        guard let x, let y else { return (x == nil) == (y == nil) ? nil : x != nil }
        return x == y ? nil : (x < y) != isDown
      }
      return order(column.number(of: a), column.number(of: b))
        ?? order(column.text(of: a), column.text(of: b)) ?? (a.name < b.name)
    }
  }

  /// A table of the columns that fit in `width`. If even the most important ones do not fit, each run
  /// is a list of all columns, one per line.
  static func text(of runs: [ListedRun], width: Int) -> String {
    let shown = RunColumn.shown(for: runs)
    var columns = shown
    for column in [nil] + RunColumn.dispensable.map(Optional.some) {
      columns.removeAll { $0 == column }
      let text = table(columns, runs).text(width: .max)
      if text.split(separator: "\n").allSatisfy({ $0.count <= width }) {
        return text.withoutTrailingBlanks
      }
    }
    return table(shown, runs).text(width: width).withoutTrailingBlanks
  }

  private static func table(_ columns: [RunColumn], _ runs: [ListedRun]) -> TextTable {
    var table = TextTable(columns.map(\.column))
    for run in runs { table.append(columns.map { $0.cell(of: run) }) }
    return table
  }
}
