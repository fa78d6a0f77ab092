import Datasets
import Foundation
import Machine
import Testing
import Text

@Suite struct CSVWriterTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "implode-writer-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func text(
    _ numbers: [Double], _ format: CSVWriter.Format = .shortest, threads: Int = 1
  ) throws -> String {
    let file = folder.appending(path: UUID().uuidString + ".csv")
    let writer = try CSVWriter(
      file.path, columns: ["a", "b"], format: format, threads: threads)
    try writer.append(numbers)
    #expect(!FileManager.default.fileExists(atPath: file.path), "unfinished under its name")
    try writer.close()
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test("numbers read back exactly")
  func exact() throws {
    let numbers: [Double] = [
      0.1, -0.0, 1e-7, 16_777_216, 1e16, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1.0 / 3,
    ]
    let lines = try text(numbers).split(separator: "\n").dropFirst()
    let back = lines.flatMap { $0.split(separator: ",").compactMap { Double(String($0)) } }
    #expect(back.map(\.bitPattern) == numbers.map(\.bitPattern))
  }

  @Test("a header, commas, and as many digits as asked for")
  func format() throws {
    #expect(try text([1 / 3, -2, 1e-20, 4], .digits(3)) == "a,b\n0.333,-2\n1e-20,4\n")
    #expect(try text([0.1, 1], .digits(17)) == "a,b\n0.10000000000000001,1\n")
  }

  @Test("floats have the digits of floats; several samples of a row are numbered")
  func floats() throws {
    let file = folder.appending(path: "floats.csv")
    let writer = try CSVWriter(file.path, columns: ["a", "b"], samples: 2, threads: 3)
    try writer.append(floats: [0.1, -2, 1e-7, 4096, 1 / 3, 0])
    try writer.append(floats: [3, 4])
    try writer.close()
    #expect(
      try String(contentsOf: file, encoding: .utf8) == """
        row,sample,a,b
        1,1,0.1,-2
        1,2,1e-07,4096
        2,1,0.33333334,0
        2,2,3,4

        """)
  }

  @Test("the text does not depend on the number of threads")
  func threads() throws {
    let numbers = (0..<2002).map { Double($0).squareRoot() }
    #expect(try text(numbers, threads: 3) == text(numbers, threads: 1))
  }

  @Test("an unfinished file leaves nothing behind")
  func unfinished() throws {
    do {
      let writer = try CSVWriter(folder.appending(path: "x.csv").path, columns: ["a"])
      try writer.append([1, 2])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("a device file is written to, not replaced; a full device is an error")
  func devices() throws {
    let writer = try CSVWriter("/dev/null", columns: ["a"])
    try writer.append([1])
    try writer.close()
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    let error = #expect(throws: Failure.self) {
      _ = try CSVWriter("/dev/full", columns: ["a"])
    }
    #expect(error?.message == "/dev/full: cannot be written: No space left on device")
    #expect(error?.code == .output)
  }

  @Test("a folder that is not there is named")
  func noFolder() {
    let error = #expect(throws: Failure.self) {
      _ = try CSVWriter("/nonexistent/x.csv", columns: ["a"])
    }
    #expect(error?.message == "/nonexistent/x.csv: cannot be created: No such file or directory")
    #expect(error?.code == .creation)
  }
}
