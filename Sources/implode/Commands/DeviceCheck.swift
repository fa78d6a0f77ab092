import Checks
import Engine
import Machine
import Text

/// What the table of primitives showed on one device.
struct DeviceCheck {
  private(set) var kernels: [String: Kernel] = [:]
  private(set) var faults: [Fault] = []
  private(set) var cases = 0
  private let label: String

  /// One kernel, over all cases that run it.
  struct Kernel: Hashable {
    var cases = 0
    /// The largest difference from the reference.
    var worst = 0.0
    /// The largest part of its bound that a difference was.
    var share = 0.0
  }

  /// A case that did not pass, and why.
  struct Fault: Hashable {
    let name: String
    let reason: String
    /// Lines of someone else, such as a compiler.
    var details: [String] = []
  }

  /// - Parameter label: what the device is called on the command line.
  init(label: String) { self.label = label }

  /// Runs the cases on a device, and prints what comes of it unless that is to be JSON.
  init(
    of listed: ListedDevice, _ cases: [PrimitiveCase], _ explosions: [ExplosionCheck] = [],
    showsTable: Bool, _ output: Output
  ) throws {
    self.init(label: listed.index.map(String.init) ?? "cpu")
    let cases = cases.filter(listed.canRun)
    let explosions = listed.index == nil ? [] : explosions
    let count = cases.count + explosions.count
    if showsTable {
      try output.print("\n\(listed.label): \(Numbers.count(count, "case")) on \(listed.name)")
    }
    let time = ContinuousClock().measure {
      let device = listed.open()
      let checks =
        cases.map { row in (row.description, { try listed.check(row, on: device) }) }
        + explosions.map { row in (row.description, { try row.check(on: device) }) }
      for (name, check) in checks {
        output.status("\(listed.label): case \(self.cases + 1) of \(count), \(name)")
        do {
          add(try check())
        } catch {
          // What keeps one graph from running keeps all of them.
          let failure = Failure(error)
          faults.append(
            Fault(
              name: name, reason: failure.message,
              details: failure.details + ["hint: " + failure.hint]))
          break
        }
      }
    }.seconds
    output.clearStatus()
    if showsTable { try output.print(text(seconds: time, width: output.terminal.tableWidth)) }
  }

  mutating func add(_ report: CaseReport) {
    cases += 1
    for (name, error) in report.worstOfKernel {
      let share = error == 0 ? 0 : error / report.bound
      let kernel = kernels[name] ?? Kernel()
      kernels[name] = Kernel(
        cases: kernel.cases + 1, worst: max(kernel.worst, error), share: max(kernel.share, share))
    }
    if report.worst > report.bound {
      let kernel = report.worstOfKernel.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
      let place = kernel.map { " in \($0)" } ?? ""
      faults.append(
        Fault(
          name: report.name,
          reason: "difference \(Numbers.scientific(report.worst))\(place), bound "
            + Numbers.scientific(report.bound)))
    } else if !report.isRepeatable {
      faults.append(Fault(name: report.name, reason: "two runs gave different results"))
    } else if !report.keepsPadding {
      faults.append(Fault(name: report.name, reason: "a kernel wrote outside its parameters"))
    }
  }

  var passed: Bool { faults.isEmpty }

  /// The kernel with the largest difference.
  private var worst: (name: String, kernel: Kernel)? {
    kernels.max { ($0.value.worst, $1.key) < ($1.value.worst, $0.key) }
      .map { ($0.key, $0.value) }
  }
}

// MARK: Cases

extension DeviceCheck {
  /// Every row of the table, or those whose names contain `text`; one that is called exactly so is
  /// the only one.
  static func cases(named text: String?) throws(Failure) -> [PrimitiveCase] {
    let all =
      PrimitiveCase.all + PrimitiveCase.joined + PrimitiveCase.special + PrimitiveCase.tuned
    guard let text = text?.lowercased() else { return all }
    let exact = all.filter { $0.description.lowercased() == text }
    if !exact.isEmpty { return exact }
    let found = all.filter { $0.description.lowercased().contains(text) }
    guard found.isEmpty, ExplosionCheck.named(text).isEmpty else { return found }
    throw .usage(
      "--case: no case's name contains '\(text)'",
      hint: Suggestion.hint(
        for: text, among: (PrimitiveCase.all + PrimitiveCase.special).map(\.name))
        ?? "without --case all are run")
  }
}

// MARK: Output

extension DeviceCheck {
  var json: JSON {
    .members([
      "kernels": .integer(kernels.count),
      "worst_relative_error": kernels.isEmpty ? .null : .number(worst?.kernel.worst ?? 0),
      "passed": .bool(passed),
    ])
  }

  /// The kernels, the nearest to its bound last; the cases that failed; the verdict.
  func text(seconds: Double, width: Int) -> String {
    var table = TextTable([
      .text("kernel"), .number("cases"), .number("largest difference"), .number("of the bound"),
    ])
    for (name, kernel) in kernels.sorted(by: { ($0.value.share, $0.key) < ($1.value.share, $1.key) }
    ) {
      table.append([
        name, "\(kernel.cases)", Numbers.scientific(kernel.worst), Numbers.percent(kernel.share),
      ])
    }
    var lines = kernels.isEmpty ? [] : [table.text(width: width)]
    for fault in faults {
      lines.append("FAILED \(fault.name): \(fault.reason)")
      lines += fault.details.map { "  " + $0 }
      lines.append("  repeat: implode devices --check --device \(label) --case \"\(fault.name)\"")
    }
    return (lines + [verdict(seconds: seconds)]).joined(separator: "\n")
  }

  private func verdict(seconds: Double) -> String {
    let largest = worst.map {
      ", largest difference \(Numbers.scientific($0.kernel.worst)) in \($0.name)"
    }
    let result = passed ? "passed" : "\(Numbers.count(faults.count, "case")) FAILED"
    return "\(Numbers.count(kernels.count, "kernel"))\(largest ?? ""), \(result) "
      + "(\(Numbers.fixed(seconds, digits: 1)) s)"
  }
}
