import Datasets
import Physics
import Text

extension Audit {
  /// What people read: a table of columns, and a line for each finding.
  func text(of file: String, width: Int) -> String {
    var table = TextTable([
      .text("column"), .number("min"), .number("max"), .number("mean"), .number("std"), .text(""),
    ])
    for column in columns {
      let numbers = [column.least, column.most, column.mean, column.standardDeviation]
      let remark = column.isConstant ? "constant" : ""
      table.append([column.name] + numbers.map(Self.cell) + [remark])
    }
    let origin = units.isEmpty ? "" : ", converted from \(units.description)"
    var lines = [
      "\(file): \(Numbers.count(grouped: rows, "row"))\(origin)", "", table.text(width: width), "",
    ]
    for finding in findings {
      let label = finding.severity.rawValue
      let padding = String(repeating: " ", count: 9 - label.count)
      let filled = Help.fill(finding.text, width: max(20, width - 9))
      for (number, line) in filled.enumerated() {
        lines.append((number == 0 ? label + padding : String(repeating: " ", count: 9)) + line)
      }
    }
    return lines.joined(separator: "\n").withoutTrailingBlanks
  }

  /// Four digits behind the point where they say something.
  private static func cell(_ x: Double) -> String {
    let isPlain = x == 0 || (abs(x) >= 1e-3 && abs(x) < 1e6)
    return isPlain ? Numbers.fixed(x, digits: 4) : Numbers.scientific(x)
  }

  /// What programs read.
  func json(of file: String, _ report: ReadingReport) -> JSON {
    .members([
      "file": .string(file), "rows": .integer(rows),
      "rows_dropped": .integer(report.rowsDropped),
      "units": units.isEmpty ? .null : .string(units.description),
      "columns": .array(columns.map(Self.json)),
      "missing": .array(missing.map { .string($0) }),
      "center_of_mass": geometry.map(Self.json) ?? .null,
      "distances": geometry.map {
        .members(["shortest": .number($0.shortestBond), "longest": .number($0.longestBond)])
      } ?? .null,
      "momentum": motion.map(Self.json) ?? .null,
      "energy": energy.map(Self.json) ?? .null,
      "fitted_charges": fittedCharges.map { .array($0.map(JSON.number)) } ?? .null,
      "size": scale.map(Self.json) ?? .null,
      "explosion": reexplosion.map(json) ?? .null,
      "duplicates": .members([
        "rows": .integer(duplicates.count),
        "first": duplicates.first.map { .array([.integer($0.row + 1), .integer($0.of + 1)]) }
          ?? .null,
      ]),
      "findings": .array(
        findings.map {
          .members([
            "topic": .string($0.topic), "severity": .string($0.severity.rawValue),
            "text": .string($0.text),
          ])
        }),
    ])
  }

  private static func json(_ column: Column) -> JSON {
    .members([
      "name": .string(column.name), "min": .number(column.least), "max": .number(column.most),
      "mean": .number(column.mean), "std": .number(column.standardDeviation),
      "constant": .bool(column.isConstant), "not_finite": .integer(column.notFinite),
    ])
  }

  private static func json(_ geometry: Geometry) -> JSON {
    .members([
      "offset_rms": .number(geometry.centerOffset),
      "offset_max": .number(geometry.mostCenterOffset), "size": .number(geometry.size),
    ])
  }

  private static func json(_ motion: Motion) -> JSON {
    .members([
      "total_rms": .number(motion.total), "total_max": .number(motion.mostTotal),
      "typical": .number(motion.typical), "collinear_rows": .integer(motion.collinearRows),
      "resting_rows": .integer(motion.restingRows),
    ])
  }

  private static func json(_ scale: Scale) -> JSON {
    .members([
      "median": .number(scale.median),
      "plausible": .array([
        .number(scale.plausible.lowerBound), .number(scale.plausible.upperBound),
      ]),
      "candidates": .array(scale.candidates.map { .string($0.name) }),
      "far_rows": .integer(scale.outliers.rows),
    ])
  }

  private func json(_ reexplosion: Reexplosion) -> JSON {
    let explanation: JSON =
      switch reexplosion.explanation {
      case .signs: .string("signs changed")
      case .exchanged(let a, let b):
        .string("\(molecule.names[a]) and \(molecule.names[b]) exchanged")
      case nil: .null
      }
    return .members([
      "rows": .integer(reexplosion.rows), "median_deviation": .number(reexplosion.median),
      "explanation": explanation,
    ])
  }

  private static func json(_ energy: Balance) -> JSON {
    .members([
      "ratio_median": .number(energy.median), "ratio_5_percent": .number(energy.low),
      "ratio_95_percent": .number(energy.high),
      "candidates": .array(energy.candidates.map { .string($0.name) }),
      "momentum_noise": .number(energy.noise),
    ])
  }
}
