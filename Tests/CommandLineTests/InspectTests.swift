import Foundation
import Testing

@Suite struct InspectTests {
  private let file = FileManager.default.temporaryDirectory
    .appending(path: "implode-inspect-\(UUID().uuidString).csv")

  /// Inspects what `simulate` makes with these options.
  private func inspect(_ options: [String], _ arguments: [String] = []) throws -> Binary {
    defer { try? FileManager.default.removeItem(at: file) }
    let made = try Binary.run(["simulate", "--out", file.path, "--rows", "300"] + options)
    #expect(made.status == 0, "\(made.messages)")
    return try Binary.run(["inspect", file.path] + arguments)
  }

  @Test("a table of columns, and a line for each finding")
  func text() throws {
    let result = try inspect(["--family", "oriented"])
    #expect(result.status == 0 && result.messages.isEmpty, "\(result.messages)")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasSuffix(": 300 rows") == true)
    #expect(lines.allSatisfy { $0.count <= 100 && $0.last != " " })
    #expect(lines.count { $0.hasSuffix("  constant") } == 3)
    #expect(lines.contains { $0.hasPrefix("warning  the center of mass is 1.") })
    #expect(lines.contains("ok       KE/PE is 1: atomic units, charges 2,2,2, from rest"))
  }

  @Test("the same for programs")
  func json() throws {
    let result = try inspect(["--family", "random", "--charges", "1,1,1"], ["--json"])
    #expect(result.status == 0 && result.messages.isEmpty, "\(result.messages)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let members = try #require(object as? [String: Any])
    #expect(members["rows"] as? Int == 300 && (members["columns"] as? [Any])?.count == 18)
    let energy = try #require(members["energy"] as? [String: Any])
    let ratio = try #require(energy["ratio_median"] as? Double)
    #expect(abs(ratio - 0.25) < 1e-6)
    #expect(energy["candidates"] as? [String] == ["charges 1"])
    let findings = try #require(members["findings"] as? [[String: String]])
    #expect(findings.contains { $0["topic"] == "energy" && $0["severity"] == "warning" })
  }

  @Test("rows that cannot be read stop it, or are left out")
  func badRows() throws {
    defer { try? FileManager.default.removeItem(at: file) }
    let good = (0..<200).map { "\($0),\($0 * $0),1\n" }.joined()
    try Data(("pcx,pcy,extra\n" + good + "x,1,2\n").utf8).write(to: file)
    let strict = try Binary.run(["inspect", file.path])
    #expect(strict.status == 65)
    #expect(strict.messages.contains(":202: column pcx: 'x' is not a number"))
    let lenient = try Binary.run(["inspect", file.path, "--on-bad-row", "skip"])
    #expect(lenient.status == 0, "\(lenient.messages)")
    #expect(lenient.output.contains("200 rows"))
    #expect(lenient.messages.contains("1 of 201 rows dropped"))
    #expect(lenient.messages.contains("not read: columns extra"))
  }

  @Test(
    "what cannot be inspected is said, with what to do",
    arguments: [
      ([], 64, "error: implode inspect: no file\n"),
      (["a.csv", "b.csv"], 64, "unexpected argument 'b.csv'\n"),
      (["/nonexistent.csv"], 66, "cannot be opened"),
      (["--on-bad-row", "drop", "a.csv"], 64, "is not one of error, skip"),
    ] as [([String], Int, String)])
  func refuses(_ arguments: [String], status: Int, message: String) throws {
    let result = try Binary.run(["inspect"] + arguments)
    #expect(result.status == Int32(status), "\(result.messages)")
    #expect(result.messages.contains(message), "\(result.messages)")
  }

  @Test("a file without any of the columns is bad data")
  func otherColumns() throws {
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("a,b\n1,2\n".utf8).write(to: file)
    let result = try Binary.run(["inspect", file.path])
    #expect(result.status == 65 && result.messages.contains("are missing"), "\(result.messages)")
  }
}
