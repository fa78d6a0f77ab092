import Configuration
import Datasets
import Foundation
import Testing
import Training
import Text

@testable import implode

/// Columns that have other names in the file, and what else adapts commands to a file.
@Suite struct ColumnNameTests {
  private let folder: TrainFolder

  init() throws {
    folder = try TrainFolder()
    let text = try folder.text("data.csv")
    try text.replacing(",pcx,pcy,", with: ",C px,C_py,").write(
      toFile: folder["named.csv"], atomically: true, encoding: .utf8)
  }

  private func shell(_ line: String) throws -> Binary {
    try Binary.shell("cd '\(folder.path)'; \(line)")
  }

  private static let option = "--columns 'pcx=C px,pcy=C_py'"

  @Test("all commands that read data take other names, and a run remembers them")
  func names() throws {
    let plain = try shell("implode inspect data.csv --json")
    let named = try shell("implode inspect named.csv --json \(Self.option)")
    #expect(named.status == 0, "\(named.messages)")
    let tail = { (text: String) in text.drop { $0 != "," } }
    #expect(tail(named.output) == tail(plain.output))
    let small = TrainFolder.small.map { "'\($0)'" }.joined(separator: " ")
    for (run, data, option) in [("a", "data.csv", ""), ("b", "named.csv", Self.option)] {
      let trained = try shell(
        "implode train default \(small) --data \(data) --out \(run) --backend cpu \(option)")
      #expect(trained.status == 0, "\(trained.messages)")
      let evaluated = try shell("implode evaluate \(run) --calibration-rows 0 --backend cpu")
      #expect(evaluated.status == 0, "\(evaluated.messages)")
      let predicted = try shell(
        "implode predict \(run) \(data) --out \(run).csv --backend cpu \(option)")
      #expect(predicted.status == 0, "\(predicted.messages)")
    }
    #expect(try folder.areSame("a", "b") || folder.text("a.csv") == folder.text("b.csv"))
    #expect(try folder.text("a.csv") == folder.text("b.csv"))
    let resumed = try shell(
      "implode train default \(small) --data named.csv --out b --backend cpu --resume auto")
    #expect(resumed.status == 0, "\(resumed.messages)")
    let positions = try shell(
      "sed 's/^cx,/C x,/' data.csv > p.csv; "
        + "implode simulate --positions p.csv --columns 'cx=C x' --out q.csv")
    #expect(positions.status == 0, "\(positions.messages)")
  }

  @Test("the column that was named counts, also where the file has one of its name")
  func named() throws {
    let part = "x,y,pcx,cx\n1,2,3,4\n"
    var reader = TableReader<Float>(columns: ["cx", "pcx"])
    reader.names = try ColumnNames("pcx=y,cx=x")
    let reading = try reader.read(bytes: Array(part.utf8), name: "a.csv")
    #expect(Array(reading.table.values) == [1, 2])
    #expect(reading.report.extraColumns == ["pcx of the file", "cx of the file"])
    reader.names = try ColumnNames("pcx=pcx")
    let same = try reader.read(bytes: Array(part.utf8), name: "a.csv")
    #expect(Array(same.table.values) == [4, 3])
  }

  @Test(
    "columns that are suggested are of the same kind, and each for one name",
    arguments: [
      ("cx,cy,cz,C_px,pcy,pcz", ["pcx", "pcy", "pcz"], "is it 'C_px' for pcx? "),
      ("cx,cy,cz,pcy,pcz", ["pcx", "pcy", "pcz"], ""),
      ("cx,ox", ["cx", "o1x", "o2x"], ""), ("cx,o1", ["cx", "o1x", "sx"], "is it 'o1' for o1x? "),
    ])
  func suggested(header: String, columns: [String], hint: String) throws {
    let error = #expect(throws: Failure.self) {
      try TableReader<Float>(columns: columns).read(bytes: Array("\(header)\n1\n".utf8), name: "a")
    }
    #expect(error?.hint == hint + "the file has \(header.replacing(",", with: ", "))")
  }

  @Test("arrays and tables of NPZ files can have other names, too")
  func arrays() throws {
    let path = folder["named.npz"]
    let writer = try TableWriter(path, columns: ["x1", "y"], rows: 2)
    try writer.append([1, 2, 3, 4])
    try writer.close()
    var reader = TableReader<Float>(columns: ["cy", "cx"])
    reader.names = try ColumnNames("cx=x1,cy=y")
    let table = try reader.read(path).table
    #expect(Array(table.values) == [2, 1, 4, 3])
    reader.names = try ColumnNames("cx=x1,cy=z")
    let error = #expect(throws: Failure.self) { try reader.read(path) }
    #expect(error?.message == "\(path): column z: is missing")
  }

  @Test(
    "names that cannot be",
    arguments: [
      ("pcx", "'pcx' is not the name of a column and its name in the file"),
      ("pcx=a,pcx=b", "'pcx=b' names a column twice"),
      ("pcx=a,pcy=a", "'pcy=a' names a column twice"),
    ])
  func refused(_ text: String, _ message: String) throws {
    let error = #expect(throws: Failure.self) { try ColumnNames(text) }
    #expect(error?.message == message && error?.code == .usage)
  }

  @Test("inspect takes the charges of the ions")
  func charges() throws {
    #expect(
      try shell("implode simulate --family random --rows 90 --charges 1,1,1 --out one.csv").status
        == 0)
    let two = try shell("implode inspect one.csv")
    let one = try shell("implode inspect one.csv --charges 1,1,1")
    #expect(one.output.contains("KE/PE is 1: atomic units, charges 1,1,1"), "\(one.output)")
    #expect(!two.output.contains("KE/PE is 1:"))
    let bad = try shell("implode inspect one.csv --charges 1,1")
    #expect(bad.status == 64 && bad.messages.contains("hint: write them as --charges 2,2,2\n"))
  }

  @Test("a run keeps what was printed in log.txt, also what a resumed run prints")
  func log() throws {
    #expect(try folder.train().status == 0)
    let first = try folder.text("run/log.txt")
    #expect(first.contains("  epoch 3/3  ") && first.contains(": best validation loss "))
    let resumed = try Binary.run(
      folder.arguments(
        out: "run",
        TrainFolder.small + ["training.epochs=4", "--resume", "auto", "--progress", "plain"]))
    #expect(resumed.status == 0, "\(resumed.messages)")
    let both = try folder.text("run/log.txt")
    #expect(both.hasPrefix(first) && both.dropFirst(first.count).contains("  epoch 4/4  "))
    let time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  .*/
    #expect(try both.split(separator: "\n").allSatisfy { try time.wholeMatch(in: $0) != nil })
  }

  @Test("the schema has every key, with its type and its meaning")
  func schema() throws {
    let result = try Binary.run(["train", "--print-schema"])
    #expect(result.status == 0, "\(result.messages)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    for key in RunConfiguration.table.keys {
      var place = try #require(object as? [String: Any])
      for part in key.name.split(separator: ".") {
        let properties = try #require(place["properties"] as? [String: Any], "\(key.name)")
        place = try #require(properties[String(part)] as? [String: Any], "\(key.name)")
      }
      #expect(place["description"] as? String == key.about)
      #expect(key.name == "molecule" || place.count > 1, "\(key.name)")
    }
    let properties = try #require((object as? [String: Any])?["properties"] as? [String: Any])
    let training = try #require(properties["training"] as? [String: Any])
    let epochs = (training["properties"] as? [String: Any])?["epochs"] as? [String: Any]
    #expect(epochs?["type"] as? String == "integer" && epochs?["minimum"] as? Int == 1)
    let optimizer = try #require(properties["optimizer"] as? [String: Any])
    let rate = (optimizer["properties"] as? [String: Any])?["learningRate"] as? [String: Any]
    #expect(rate?["type"] as? String == "number" && rate?["exclusiveMinimum"] as? Int == 0)
    // What is below the least number is refused.
    for (name, value) in training["properties"] as? [String: [String: Any]] ?? [:] {
      guard let least = value["minimum"] as? Int else { continue }
      let assignment = Assignment("training.\(name)", "\(least - 1)")
      #expect(throws: ConfigurationError.self, "\(name)") {
        try RunConfiguration.table.resolve(assignments: [assignment])
      }
    }
  }

  @Test("the manual page has every command and option, and only known requests")
  func manual() throws {
    let page = try Binary.run(["--man"])
    #expect(page.status == 0 && page.output.hasPrefix(".TH IMPLODE 1 "))
    for command in Implode.commands {
      #expect(page.output.contains("\n.SS implode \(command.name.replacing("-", with: "\\-")) "))
      for (option, _) in command.options {
        #expect(page.output.contains("\\-\\-" + option.name.replacing("-", with: "\\-")))
      }
    }
    let requests = [".TH", ".SH", ".SS", ".TP", ".PP", ".B"]
    for line in page.output.split(separator: "\n") where line.hasPrefix(".") {
      #expect(requests.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }
}
