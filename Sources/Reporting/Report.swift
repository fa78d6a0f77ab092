import Glibc
package import Machine
package import Text

/// The report of a run: a folder with figures, an HTML page, and tables.
///
/// Each figure has its data, a gnuplot script, and pictures; `index.html` contains everything in one
/// file, `metrics.md` the tables.
package struct Report: Sendable {
  private let content: ReportContent

  package init(_ content: ReportContent) { self.content = content }

  /// The names of all files that a report can have.
  private static var names: [String] {
    ["index.html", "metrics.md"]
      + Figure.all.flatMap { figure in Drawing.endings.map { "\(figure.name).\($0)" } }
  }

  /// Throws if files in a folder would be overwritten which must not be.
  package static func check(_ folder: String, _ rule: OverwriteRule?) throws(Failure) {
    for name in names { try rule?.check("\(folder)/\(name)") }
  }

  /// Writes the report into a folder, which is created if needed. Files of an earlier report are
  /// replaced. A report that cannot be completed is removed.
  ///
  /// - Parameters:
  ///   - rule: Says what may be overwritten; nil for anything.
  ///   - gnuplot: nil if it is not installed; the report then has no pictures.
  ///   - threads: The number of figures that are drawn at a time.
  package func write(
    to folder: String, rule: OverwriteRule? = nil, gnuplot: Gnuplot?, threads: Int
  ) throws(Failure) -> ReportSummary {
    try Self.check(folder, rule)
    let isNew = mkdir(folder, 0o755) == 0
    if !isNew && errno != EEXIST {
      throw Failure(
        .creation, file: folder, cause: "cannot be made: \(SystemError.last)",
        hint: "name a folder that you may write to")
    }
    TemporaryFile.removeLeftovers(in: folder)
    // What is there when a signal ends the program is not a report.
    let unfinished = NotedFiles(
      Self.names.dropFirst().map { "\(folder)/\($0)" } + (isNew ? [folder] : []))
    defer { unfinished.forget() }
    do {
      return try complete(folder, rule, gnuplot: gnuplot, threads: threads)
    } catch {
      throw Self.remove(folder, isNew: isNew, after: error)
    }
  }

  private func complete(
    _ folder: String, _ rule: OverwriteRule?, gnuplot: Gnuplot?, threads: Int
  ) throws(Failure) -> ReportSummary {
    let content = content
    let deadline = ContinuousClock.now + .seconds(gnuplot?.limit ?? 0)
    let parts = ParallelParts.run(Figure.all.count, threads: threads) { index in
      let drawing = Drawing(name: Figure.all[index].name, folder: folder, rule: rule)
      return Self.make(Figure.all[index], of: content, drawing, gnuplot: gnuplot, until: deadline)
    }
    let figures = try parts.map { part throws(Failure) in try part.get() }
    let page = Page(content: content, figures: figures, hasGnuplot: gnuplot != nil)
    try OutputFile.write(MarkdownPage(content).text, to: "\(folder)/metrics.md", rule: rule)
    // The page comes last: where it is, the report is complete.
    try OutputFile.write(page.html, to: "\(folder)/index.html", rule: rule)
    return ReportSummary(page: "\(folder)/index.html", figures: figures, hasGnuplot: gnuplot != nil)
  }

  /// Removes the files of a report that cannot be completed; says what there still is.
  private static func remove(_ folder: String, isNew: Bool, after failure: Failure) -> Failure {
    for figure in Figure.all {
      Drawing(name: figure.name, folder: folder).removeOld(withData: true)
    }
    unlink("\(folder)/metrics.md")
    if isNew { rmdir(folder) }
    let page = "\(folder)/index.html"
    return Failure(
      failure.message,
      hint: "the incomplete report was removed"
        + (Files.exist(page) ? ", and '\(page)' is that of an earlier report" : "")
        + (failure.code == .output ? "; make room, or name" : "; name")
        + " another folder with --out",
      details: failure.details, code: failure.code)
  }

  /// Composes one figure and draws it.
  private static func make(
    _ figure: Figure, of content: ReportContent, _ drawing: Drawing, gnuplot: Gnuplot?,
    until deadline: ContinuousClock.Instant
  ) -> Result<FinishedFigure, Failure> {
    do {
      let composition = try figure.compose(content)
      drawing.removeOld(withData: false)
      try drawing.write(composition.data, composition.script)
      guard let gnuplot else {
        return .success(FinishedFigure(figure, .undrawn, remarks: composition.remarks))
      }
      let state: FinishedFigure.State =
        switch drawing.draw(with: gnuplot, until: deadline) {
        case .success(let svg): .drawn(InlineSVG(svg, name: figure.name, title: figure.title))
        case .failure(let failure): .failed(failure.reason)
        }
      return .success(FinishedFigure(figure, state, remarks: composition.remarks))
    } catch let nothing as NothingToDraw {
      drawing.removeOld(withData: true)
      return .success(FinishedFigure(figure, .nothing(nothing.reason)))
    } catch let error as Failure {
      return .failure(error)
    } catch {
      return .success(FinishedFigure(figure, .failed("\(error)")))
    }
  }
}

/// A figure on the page.
struct FinishedFigure: Sendable {
  enum State: Sendable {
    case drawn(InlineSVG)
    /// gnuplot is not installed.
    case undrawn
    /// Why there is nothing to draw.
    case nothing(String)
    /// Why drawing failed.
    case failed(String)
  }

  let figure: Figure
  let state: State
  let remarks: [String]

  init(_ figure: Figure, _ state: State, remarks: [String] = []) {
    (self.figure, self.state, self.remarks) = (figure, state, remarks)
  }

  var caption: String { ([figure.caption] + remarks).joined(separator: " ") }
}
