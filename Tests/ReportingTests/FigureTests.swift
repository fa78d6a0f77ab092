import Evaluation
import Physics
import Testing

@testable import Reporting

@Suite("Figures") struct FigureTests {
  /// Why each figure has nothing to draw; those that have something are not in it.
  private func notes(_ content: ReportContent) -> [String: String] {
    var notes: [String: String] = [:]
    for figure in Figure.all {
      do { _ = try figure.compose(content) } catch { notes[figure.name] = error.reason }
    }
    return notes
  }

  @Test("a whole run has all figures, each with numbers and with units in their names")
  func whole() throws {
    let content = try SyntheticRun().content()
    #expect(notes(content).isEmpty)
    for figure in Figure.all {
      let composition = try figure.compose(content)
      #expect(!composition.data.blocks.isEmpty, "\(figure.name)")
      #expect(composition.data.blocks.allSatisfy { !$0.values.isEmpty }, "\(figure.name)")
      #expect(!figure.caption.isEmpty && figure.caption.contains("."))
    }
    #expect(Set(Figure.all.map(\.name)).count == Figure.all.count)
  }

  @Test("a run without history, samples and latents has the rest")
  func bare() throws {
    var content = ReportContent(title: "bare", evaluated: try SyntheticRun().content().evaluated)
    content.history = TrainingHistory()
    #expect(
      Set(notes(content).keys) == [
        "learning", "components", "optimizer", "molecules", "calibration", "latent", "corner",
        "exact-geometries", "exact-distances", "exact-weights",
      ])
  }

  @Test("without a prior there are exact geometries and distances, but no weights")
  func exactWithoutPrior() throws {
    var content = try SyntheticRun().content()
    content.exact = SyntheticRun.exact(try #require(content.posterior), family: nil)
    #expect(Array(notes(content).keys) == ["exact-weights"])
    #expect(notes(content)["exact-weights"]?.contains("add --family random") == true)
    (content.exact, content.whyNotExact) = (nil, "the momenta have noise")
    #expect(notes(content)["exact-geometries"] == "the momenta have noise")
  }

  @Test("ten epochs are one panel, eleven are two")
  func epochs() throws {
    for (epochs, panels) in [(1, 1), (10, 1), (11, 2)] {
      let curves = try LearningCurves(SyntheticRun.history(epochs: epochs))
      let titles = curves.compose().script.lines.filter { $0.contains("'Epochs ") }
      #expect(titles.count == panels, "\(epochs)")
    }
  }

  @Test("an edited metrics.csv is drawn as far as possible")
  func editedHistory() throws {
    let torn = TrainingHistory(columns: ["epoch", "train_loss"], values: [[1, 2, 3], [5, 4]])
    #expect(torn["epoch"] == [1, 2])
    for epochs in [[1, .nan], [2, 1], [1, 1e300], [-1, 0]] {
      let history = TrainingHistory(columns: ["epoch", "train_loss"], values: [epochs, [5, 4]])
      #expect(try history.epochs() == [1, 2])
      _ = try LearningCurves(history).compose()
    }
    let empty = TrainingHistory(
      columns: ["epoch", "train_loss"], values: [[1, 2], [.nan, .nan]])
    #expect(throws: NothingToDraw.self) { try LearningCurves(empty) }
  }

  @Test("losses may be negative: their scale is not logarithmic")
  func likelihood() throws {
    #expect(!Panel.Axis.scale([-3, 100], label: "").isLogarithmic)
    #expect(Panel.Axis.scale([0.01, 100], label: "").isLogarithmic)
    #expect(!Panel.Axis.scale([1, 2], label: "").isLogarithmic)
  }

  @Test("one row, or equal rows, are replaced by notes")
  func oneRow() throws {
    var run = SyntheticRun()
    (run.rows, run.posteriorRows) = (1, 1)
    let notes = notes(try run.content())
    #expect(notes["recovery"] == "every coordinate is constant in all 1 rows")
  }

  @Test("without rows the figures are replaced by notes")
  func noRows() {
    let evaluated = EvaluatedRows(
      molecule: .carbonylSulfide, rows: [], truth: [], momenta: [], single: [], mean: [])
    #expect(notes(ReportContent(title: "empty", evaluated: evaluated)).count == Figure.all.count)
  }

  @Test("predictions that are not finite are counted, and noted where there are no others")
  func notFinite() throws {
    let whole = try SyntheticRun().content().evaluated
    func evaluated(_ change: ([Float]) -> [Float]) -> EvaluatedRows {
      EvaluatedRows(
        molecule: whole.molecule, rows: whole.rows, truth: whole.truth, momenta: whole.momenta,
        single: change(whole.single), mean: change(whole.mean))
    }
    let some = evaluated { values in values.enumerated().map { $0.offset < 9 ? .nan : $0.element } }
    let composition = try Figure.recovery.compose(ReportContent(title: "", evaluated: some))
    #expect(composition.remarks.contains("1 of 400 predictions are not finite."))
    let none = evaluated { $0.map { _ in .infinity } }
    let notes = notes(ReportContent(title: "", evaluated: none))
    for name in ["recovery", "distributions", "residuals", "energy", "resimulation", "geometry"] {
      #expect(notes[name] != nil, "\(name)")
    }
  }

  @Test("a molecule of two atoms has no angles, and figures of coordinates all the same")
  func twoAtoms() throws {
    let pair = try Molecule(names: ["c", "o"], masses: [1, 2], charges: [1, 1])
    let truth = (0..<60).map { Float($0 % 7) + Float($0) / 50 }
    let evaluated = EvaluatedRows(
      molecule: pair, rows: Array(0..<10), truth: truth, momenta: truth, single: truth, mean: truth)
    let notes = notes(ReportContent(title: "", evaluated: evaluated))
    #expect(notes["newton"] == "the molecule has 2 atoms, not three")
    #expect(notes["geometry"] == nil, "a bond has a picture")
    #expect(notes["recovery"] == nil && notes["distributions"] == nil)
  }
}
