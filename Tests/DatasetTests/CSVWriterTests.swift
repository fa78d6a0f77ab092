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

/// CSV that is compressed as it is written, and formats that cannot be written.
@Suite struct WrittenFormatTests {
  @Test("a name that ends in .gz is compressed, to the same bytes on any number of threads")
  func gzip() throws {
    // More than a block of a mebibyte, so that the file has several members.
    let numbers = (0..<270_000).map { Double($0).squareRoot() }
    var files: [[UInt8]] = []
    for (threads, pieces) in [(1, 1), (2, 3), (3, 100)] {
      let file = TemporaryFile(named: "x.csv.GZ")
      let writer = try TableWriter(
        file.path, columns: ["a", "b", "c"], rows: nil, threads: threads)
      for piece in 0..<pieces {
        let size = numbers.count / pieces
        try writer.append(Array(numbers[piece * size..<(piece + 1) * size]))
      }
      try writer.close()
      #expect(file.bytes.starts(with: [0x1F, 0x8B]))
      let table = try TableReader<Double>().read(file.path).table
      #expect(table.columns == ["a", "b", "c"])
      #expect(Array(table.values) == numbers)
      files.append(file.bytes)
    }
    #expect(files[0] == files[1] && files[0] == files[2])
  }

  @Test("a gzip file of a header alone is one")
  func header() throws {
    let file = TemporaryFile(named: "x.csv.gz")
    let writer = try TableWriter(file.path, columns: ["a"], rows: nil)
    try writer.close()
    #expect(file.bytes.count > 20 && file.bytes.starts(with: [0x1F, 0x8B]))
  }

  @Test(
    "what cannot be written is refused, with the formats and a way to it",
    arguments: [
      ("a.parquet", "Parquet files cannot be written", "to_parquet('a.parquet')"),
      ("b/a.PQ", "Parquet files cannot be written", "numpy.load('b/a.npz')"),
      ("a.h5", "HDF5 files cannot be written", "h5py.File('a.h5', 'w')"),
      ("a.hdf5", "HDF5 files cannot be written", "h5py"),
      ("a.root", "ROOT files cannot be written", "uproot.recreate('a.root')"),
      ("a.xlsx", ".xlsx files cannot be written", ".csv, .csv.gz and .npz"),
      ("a.csv.bz2", ".bz2 files cannot be written", ".csv, .csv.gz and .npz"),
      ("a.npz.gz", ".npz.gz files cannot be written", ".csv, .csv.gz and .npz"),
    ])
  func refused(_ name: String, _ cause: String, _ hint: String) {
    let error = #expect(throws: Failure.self) {
      _ = try TableWriter(name, columns: ["a"], rows: 1)
    }
    #expect(error?.message == "'\(name)': \(cause)")
    #expect(error?.hint.contains(hint) == true && error?.code == .usage)
  }

  @Test("other names are those of CSV", arguments: ["a", "a.csv", "a.txt", "root/a.dat", "h5.csv"])
  func accepted(_ name: String) throws { try ForeignFormat.check(name) }
}
