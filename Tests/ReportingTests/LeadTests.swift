import Evaluation
import Physics
import Testing

@testable import Reporting

/// The verdict on a posterior: by coverage and ranks, as far as the rows can tell.
@Suite struct LeadTests {
  private func sentence(rows: Int, _ coverage: [Double], p: [Double] = [0.5]) -> String? {
    CalibrationVerdict(
      Calibration(
        rows: rows, samples: 256,
        columns: p.map { p in
          Calibration.Column(name: "cx", ranks: [], pValue: p, coverage: coverage, crps: 1)
        }, energyScore: 1))?.sentence.replacing("\u{A0}", with: " ")
  }

  @Test("what coverage and ranks say")
  func verdicts() {
    let rows: [(Int, [Double], [Double], String)] = [
      (
        2000, [0.5, 0.8, 0.9, 0.95], [0.4, 0.01],
        "no deviation from a calibrated posterior is found"
      ),
      (
        2000, [0.58, 0.85, 0.92, 0.96], [0.3, 1.5e-7],
        "the posterior is too wide, and the ranks of 1 of 2 coordinates are not uniform (least "
          + "p-value 1.5e-7)"
      ),
      (2000, [0.42, 0.72, 0.83, 0.9], [0.5], "the posterior is too narrow"),
      (
        2000, [0.5, 0.8, 0.9, 0.95], [1e-9],
        "the posterior is displaced, and the ranks of 1 of 1 coordinates are not uniform (least "
          + "p-value 1.0e-9)"
      ),
      // 0.87 of 200 rows is 1.4 standard errors from 0.9.
      (200, [0.5, 0.8, 0.87, 0.95], [0.2], "no deviation from a calibrated posterior is found"),
      (20_000, [0.5, 0.8, 0.91, 0.95], [0.2], "the posterior is too wide"),
      (
        1, [1, 1, 1, 1], [0.6],
        "too few to see more than a large deviation from a calibrated posterior"
      ),
      (30, [0.1, 0.2, 0.3, 0.4], [1e-6], "the posterior is too narrow, and the ranks of 1 of 1"),
    ]
    for (count, coverage, p, verdict) in rows {
      let found = sentence(rows: count, coverage, p: p)
      #expect(found?.contains(": \(verdict)") == true, "\(found ?? "")")
      #expect(found?.contains(count == 1 ? " of 1 row:" : " rows:") == true, "\(found ?? "")")
    }
    #expect(sentence(rows: 0, [.nan, .nan, .nan, .nan], p: [.nan]) == nil)
  }

  @Test("the levels shown are the one that deviates most and 90 %")
  func levels() {
    #expect(
      sentence(rows: 2000, [0.58, 0.85, 0.92, 0.96], p: [0.4])
        == "Central 50 % and 90 % intervals contain 58 % and 92 % of the true coordinates of "
        + "2,000 rows: the posterior is too wide.")
  }

  @Test("warnings are on the page and in the tables")
  func warnings() throws {
    var content = try SyntheticRun().content()
    content.warnings = ["q1.csv: KE/PE is 0.25 <b>"]
    let page = Page(content: content, figures: [], hasGnuplot: true)
    #expect(page.html.contains("<li>q1.csv: KE/PE is 0.25 &lt;b&gt;</li>"))
    #expect(MarkdownPage(content).text.contains("- warning: q1.csv: KE/PE is 0.25 "))
    content.warnings = []
    #expect(!Page(content: content, figures: [], hasGnuplot: true).html.contains("<ul"))
  }

  @Test("what the exact geometries say of the samples")
  func exact() throws {
    var content = try SyntheticRun().content()
    func sentences() -> String {
      Lead(content).sentences.joined(separator: " ").replacing("\u{A0}", with: " ")
    }
    let exact = try #require(content.exact), weights = try #require(exact.weights)
    #expect(
      sentences().contains("Half of the samples are within \(Labels.short(exact.median)) bohr"))
    let share = Labels.percent(weights.misplaced).replacing("\u{A0}", with: " ")
    #expect(sentences().contains("geometries, \(share) of the samples would have to be at another"))
    content.exact = SyntheticRun.exact(exact.posterior, family: nil)
    #expect(sentences().contains("exactly these momenta") && !sentences().contains("another one"))
    content.exact = nil
    #expect(!sentences().contains("exactly these momenta"))
  }
}
