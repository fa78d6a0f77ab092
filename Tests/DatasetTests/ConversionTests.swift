import Foundation
import TestSupport
import Testing
import Text

@testable import Datasets

/// The Python programs that messages show for formats that are neither read nor written.
@Suite struct ConversionTests {
  static let formats = [
    ("parquet", ["pandas", "pyarrow"]), ("h5", ["h5py"]), ("root", ["uproot"]),
  ]

  @Test(
    "a table survives both ways", .enabled(if: Python.interpreter != nil), arguments: formats)
  func both(_ ending: String, _ modules: [String]) throws {
    guard modules.allSatisfy(Python.has) else { return }
    let folder = try Folder()
    let (npz, foreign) = (folder.path("a.npz"), folder.path("a.\(ending)"))
    let writer = try TableWriter(npz, columns: ["cx", "pcx"], rows: 2)
    try writer.append([1.5, 2, -3, 1e-9])
    try writer.close()
    let refusal = #expect(throws: Failure.self) { try ForeignFormat.check(foreign) }
    try Python.run(try program(in: refusal?.hint))
    try FileManager.default.removeItem(atPath: npz)
    let error = #expect(throws: Failure.self) { try TableReader<Double>().read(foreign) }
    try Python.run(try program(in: error?.hint))
    let table = try TableReader<Double>(columns: ["cx", "pcx"]).read(npz).table
    #expect(Array(table.values) == [1.5, 2, -3, 1e-9])
  }

  private func program(in hint: String?) throws -> String {
    let parts = (hint ?? "").split(separator: "python3 -c \"")
    return String(try #require(parts.dropFirst().first).dropLast())
  }
}
