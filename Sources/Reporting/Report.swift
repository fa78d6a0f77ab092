import Glibc
import Machine
package import Text

/// The report of a run: a folder with figures, an HTML page, and tables.
///
/// Each figure has its data, a gnuplot script, and pictures; `index.html` contains everything in one
/// file, `metrics.md` the tables.
package struct Report: Sendable {
  private let content: ReportContent

  package init(_ content: ReportContent) { self.content = content }

  /// Writes the report into a folder, which is created if needed. Files of an earlier report are
  /// replaced.
  ///
  /// - Parameters:
  ///   - gnuplot: nil if it is not installed; the report then has no pictures.
  ///   - threads: The number of figures that are drawn at a time.
  package func write(to folder: String, gnuplot: Gnuplot?, threads: Int) throws(Failure)
    -> ReportSummary
  {
    if mkdir(folder, 0o755) != 0 && errno != EEXIST {
      throw Failure(
        .creation, file: folder, cause: "cannot be made: \(SystemError.last)",
        hint: "name a folder that you may write to")
    }
    let content = content
    let parts = ParallelParts.run(Figure.all.count, threads: threads) { index in
      Self.make(Figure.all[index], of: content, in: folder, gnuplot: gnuplot)
    }
    let figures = try parts.map { part throws(Failure) in try part.get() }
    let page = Page(content: content, figures: figures, hasGnuplot: gnuplot != nil)
    try OutputFile.write(page.html, to: "\(folder)/index.html")
    try OutputFile.write(MarkdownPage(content).text, to: "\(folder)/metrics.md")
    return ReportSummary(page: "\(folder)/index.html", figures: figures, hasGnuplot: gnuplot != nil)
  }

  /// Composes one figure and draws it.
  private static func make(
    _ figure: Figure, of content: ReportContent, in folder: String, gnuplot: Gnuplot?
  ) -> Result<FinishedFigure, Failure> {
    let drawing = Drawing(name: figure.name, folder: folder)
    do {
      let composition = try figure.compose(content)
      drawing.removeOld(withData: false)
      try drawing.write(composition.data, composition.script)
      guard let gnuplot else {
        return .success(FinishedFigure(figure, .undrawn, remarks: composition.remarks))
      }
      let state: FinishedFigure.State =
        switch drawing.draw(with: gnuplot) {
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
