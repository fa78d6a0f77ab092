import Evaluation
import Physics
import TestSupport
import Testing

@testable import Reporting

/// Contents at the edge of what there can be: gnuplot must like what is made of them.
@Suite("Reports of odd runs", .enabled(if: installed != nil), .inReleaseBuilds)
struct DegenerateTests {
  private func failures(_ content: ReportContent) throws -> [ReportSummary.Entry] {
    let folder = try Folder()
    return try Report(content).write(to: folder.path, gnuplot: installed, threads: 2).failures
  }

  private func content(_ run: SyntheticRun, _ change: (EvaluatedRows) -> EvaluatedRows)
    throws -> ReportContent
  {
    var content = try run.content()
    content.evaluated = change(content.evaluated)
    return content
  }

  @Test("one row, two rows", arguments: [1, 2])
  func fewRows(rows: Int) throws {
    var run = SyntheticRun()
    (run.rows, run.posteriorRows, run.samples, run.epochs) = (rows, rows, 2, rows)
    #expect(try failures(run.content()) == [])
  }

  @Test("coordinates that are always zero")
  func constantColumns() throws {
    var run = SyntheticRun()
    run.family = .oriented(OrientedFamily())
    let content = try content(run) { rows in
      EvaluatedRows(
        molecule: rows.molecule, rows: rows.rows, truth: rows.truth, momenta: rows.momenta,
        single: rows.truth, mean: rows.truth)
    }
    #expect(try failures(content) == [])
  }

  @Test("a few extreme predictions, and some that are not finite")
  func outliers() throws {
    let content = try content(SyntheticRun()) { rows in
      func spoil(_ values: [Float]) -> [Float] {
        values.enumerated().map { index, value in
          index % 700 == 5 ? 1e20 : index % 900 == 8 ? .nan : index % 1100 == 9 ? -.infinity : value
        }
      }
      return EvaluatedRows(
        molecule: rows.molecule, rows: rows.rows, truth: rows.truth, momenta: rows.momenta,
        single: spoil(rows.single), mean: spoil(rows.mean))
    }
    #expect(try failures(content) == [])
  }

  @Test("losses that are negative, constant, enormous or missing in some epochs")
  func losses() throws {
    var content = ReportContent(title: "losses", evaluated: try SyntheticRun().content().evaluated)
    var drawn = 0
    let losses: [[Double]] = [
      [-3, -4, -5], [2, 2, 2], [0, 0, 0], [1e300, 1, 1e-300], [.nan, 1, .infinity],
      [1e-9, 2e-9, 3e-9],
    ]
    for loss in losses {
      content.history = TrainingHistory(
        columns: [
          "epoch", "train_loss", "validation_loss", "learning_rate", "grad_norm", "train_kl",
          "validation_kl",
        ], values: [[1, 2, 3]] + [[Double]](repeating: loss, count: 6))
      let folder = try Folder()
      for figure in [Figure.learning, .components, .optimizer] {
        guard let composition = try? figure.compose(content) else { continue }
        let drawing = Drawing(name: figure.name, folder: folder.path)
        try drawing.write(composition.data, composition.script)
        let gnuplot = try #require(installed)
        #expect(throws: Never.self, "\(figure.name) of \(loss)") {
          try drawing.draw(with: gnuplot, until: .now + .seconds(60)).get()
        }
        drawn += 1
      }
    }
    #expect(drawn > 2 * losses.count)
  }
}
