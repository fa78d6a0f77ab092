import Foundation
import Testing

/// `implode report` of a small run.
@Suite struct ReportTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  @Test("without gnuplot there are a page, tables and the data of the figures")
  func withoutGnuplot() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    let result = try Binary.run(
      ["report", folder["run"], "--samples", "2", "--calibration-samples", "8"],
      environment: ["IMPLODE_GNUPLOT": "/nonexistent/gnuplot"])
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.messages.contains("warning: no gnuplot was found"))
    let lines = result.output.split(separator: "\n")
    #expect(lines.first == "test: 45 rows")
    #expect(lines.last?.hasPrefix("\(folder["run"])/report/index.html: ") == true)
    let files = folder.files("run/report")
    #expect(files.isSuperset(of: ["index.html", "metrics.md", "recovery.dat", "recovery.gp"]))
    #expect(!files.contains("recovery.svg"))
    let page = try folder.text("run/report/index.html")
    #expect(page.contains("test: 45 rows") && page.contains("mixture (default)"))
    #expect(page.contains("300 rows") && page.contains("gnuplot-nox"))
    #expect(try folder.object("run/evaluation.json")["samples"] as? Int == 2)
  }

  @Test("history that is missing or torn is no failure")
  func history() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    for text in ["", "epoch,train_loss\n1,0.5\n2", "no table\n"] {
      try text.write(toFile: folder["run/metrics.csv"], atomically: true, encoding: .utf8)
      let result = try Binary.run(
        ["report", folder["run"] + "/", "--samples", "1", "--calibration-rows", "0"],
        environment: ["IMPLODE_GNUPLOT": "/nonexistent/gnuplot"])
      #expect(result.status == 0, "\(result.messages)")
    }
    try FileManager.default.removeItem(atPath: folder["run/run.json"])
    let result = try Binary.run(
      ["report", folder["run"], "--samples", "1", "--calibration-rows", "0"],
      environment: ["IMPLODE_GNUPLOT": "/nonexistent/gnuplot"])
    #expect(result.status == 0 && result.messages.contains("run.json cannot be read"))
  }

  @Test("what is no run is named, and so is a folder that cannot be written to")
  func refused() throws {
    #expect(try Binary.run(["report"]).status == 64)
    #expect(try Binary.run(["report", folder["nothing"]]).status == 66)
    #expect(try Binary.run(["report", folder["run"], "--json"]).status == 64)
    #expect(try folder.train("--progress", "none").status == 0)
    try "in the way".write(toFile: folder["run/report"], atomically: true, encoding: .utf8)
    let result = try Binary.run(["report", folder["run"], "--calibration-rows", "0"])
    #expect(result.status == 73 || result.status == 74, "\(result.messages)")
    #expect(result.messages.contains("hint: "))
  }
}
