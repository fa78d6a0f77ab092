import Glibc
import Machine
import Testing
import Text

@testable import Datasets

/// Zip files of arrays: what numpy writes, and what nobody honest does.
@Suite struct NPZTests {
  static let expected: [Float] = [1, 2.5, -3, 4]
  static let files = [ArrayFile.saved, ArrayFile.savedCompressed]

  @Test("files of np.savez and np.savez_compressed", arguments: files)
  func numpy(_ file: [UInt8]) {
    #expect(outcome(file).values == Self.expected)
    #expect(outcome(file, nil).values == Self.expected)
    #expect(outcome(file, ["pcx"]).values == [2.5, 4])
  }

  @Test("every truncation is refused, and bytes in front or behind", arguments: files)
  func truncated(_ file: [UInt8]) {
    for count in 0..<file.count { #expect(outcome(Array(file[..<count])).values == nil) }
    #expect(outcome(file + [0]).values == nil)
    #expect(outcome([0x50, 0x4B, 3, 4] + file).values == nil)
  }

  @Test("a changed byte is detected or has no effect", arguments: files)
  func flipped(_ file: [UInt8]) {
    for position in file.indices {
      for change in [UInt8(1), 0x10, 0x80, 0xFF] {
        var other = file
        other[position] ^= change
        let values = outcome(other).values
        #expect(values == nil || values == Self.expected, "\(change) at \(position)")
      }
    }
  }

  /// Changes to the saved file, counted from the end: its end record has 22 bytes, the directory's
  /// entries 54 and 57.
  static let damages: [(at: Int, bytes: [UInt8], message: String)] = [
    (-133, [0], "x: has a damaged directory (zip)"),
    (-22 + 8, [3, 0, 3, 0], "x: has a damaged directory (zip)"),
    (-22 + 8, [1, 0, 1, 0], "x: has a directory of another length (zip)"),
    (-22 + 8, [0, 0, 2, 0], "x: has a directory that does not fit its end (zip)"),
    (-22 + 4, [1, 0], "x: has a directory that does not fit its end (zip)"),
    (-22 + 12, [0x6E], "x: has a directory that does not fit its end (zip)"),
    (-22 + 20, [1, 0], "x: has no directory at its end: it is cut off, or no zip file (zip)"),
    (
      -22 + 8, [255, 255, 255, 255], "x: is a zip64 file, with more than 4 GiB or 65,535 arrays"
    ),
    (-133 + 20, [255, 255, 255, 255], "x: is a zip64 file, with more than 4 GiB or 65,535 arrays"),
    (-133 + 8, [1], "x: is encrypted"),
    (-133 + 10, [12], "x: packs 'data.npy' by method 12, which is not read"),
    (-133 + 10, [8], "x: array 'data' has a header that differs from the directory"),
    (-133 + 24, [0, 0, 0, 0x10], "x: claims sizes for 'data.npy' that cannot be (zip)"),
    (-133 + 46, [0xFF], "x: has an array name in an unknown encoding (zip)"),
    (-133 + 42, [0xCA], "x: has arrays that overlap (zip)"),
    (-133 + 42, [0xCB], "x: has arrays that overlap (zip)"),
    (-79 + 42, [0xFF, 0xFF], "x: has arrays that overlap its directory (zip)"),
    (-133 + 16, [0], "x: array 'data' has a header that differs from the directory"),
    (-548 + 58 + 128, [1], "x: array 'data' is damaged: its checksum is another (CRC-32)"),
    (-548 + 58, [1], "x: array 'data' does not start as an NPY file does"),
    (-548 + 202 + 61 + 10, [1], "x: array 'columns' has a header that cannot be read"),
  ]

  @Test("the error describes the damage", arguments: damages.indices)
  func damaged(_ row: Int) {
    let (at, bytes, message) = Self.damages[row]
    var file = ArrayFile.saved
    file.replaceSubrange((file.count + at)..<(file.count + at + bytes.count), with: bytes)
    let refusal = outcome(file)
    #expect(refusal.message.hasPrefix(message), "\(refusal.message)")
    #expect(!refusal.hint.isEmpty)
  }

  @Test("an array twice, and a size that deflate cannot reach")
  func bombs() throws {
    let array = ArrayFile.npy([1, 2], shape: [2])
    let twice = try ArrayFile.npz([("cx.npy", array), ("cx.npy", array)])
    #expect(outcome(twice, ["cx"]).message == "x: holds 'cx.npy' twice")
    var bomb = ArrayFile.savedCompressed
    // The unpacked size of `data` in the directory.
    bomb.replaceSubrange((bomb.count - 133 + 24)..<(bomb.count - 133 + 28), with: [0, 0, 0, 0x7F])
    #expect(outcome(bomb).message == "x: claims sizes for 'data.npy' that cannot be (zip)")
  }

  @Test("a zip file without arrays")
  func noArrays() throws {
    #expect(outcome(try ArrayFile.npz([])).message == "x: is a zip file without arrays")
    let excel = try ArrayFile.npz([("[Content_Types].xml", [])])
    #expect(outcome(excel).message == "x: is an Excel file")
  }

  @Test("the file that is written has the same bytes every time, and no temporary one is left")
  func reproducible() throws {
    var files: [[UInt8]] = []
    for _ in 0..<2 {
      let file = TemporaryFile(named: "x.npz")
      let writer = try NPZWriter(file.path, columns: ["cx", "pcx"], rows: 2, precision: .float32)
      try writer.append([1, 2.5])
      try writer.append([-3, 4])
      try writer.close()
      files.append(file.bytes)
    }
    #expect(files[0] == files[1])
    // The arrays are numpy's own, to the byte.
    let data = Array(ArrayFile.saved[58..<202])
    #expect(files[0].firstRange(of: data) != nil)
    #expect(outcome(files[0]).values == Self.expected)
  }

  @Test("through a pipe the checksums follow the arrays")
  func pipe() throws {
    let file = TemporaryFile(named: "x.npz")
    try #require(mkfifo(file.path, 0o600) == 0)
    // A pipe with a reader holds 64 KiB.
    let descriptor = open(file.path, O_RDWR | O_NONBLOCK)
    defer { close(descriptor) }
    let writer = try NPZWriter(file.path, columns: ["cx", "pcx"], rows: 2)
    try writer.append([1, 2.5, -3, 4])
    try writer.close()
    var bytes = [UInt8](repeating: 0, count: 1 << 12)
    bytes.removeLast(bytes.count - max(0, read(descriptor, &bytes, bytes.count)))
    #expect(bytes[6] == 8)
    #expect(outcome(bytes).values == Self.expected)
  }

  @Test("more than 4 GiB is refused before anything is written")
  func tooLarge() {
    for rows in [1 << 29, Int.max] {
      let error = #expect(throws: Failure.self) {
        _ = try NPZWriter("/tmp/never.npz", columns: ["a", "b"], rows: rows)
      }
      #expect(error?.code == .creation && error?.message.contains("4 GiB") == true)
    }
  }

  @Test("rows whose number was not given at the beginning give the same bytes", arguments: [1, 3])
  func unpromised(samples: Int) throws {
    let numbers = (0..<60).map { Float($0) / 4 }
    for precision in [NPZWriter.Precision.float32, .float64] {
      var files: [[UInt8]] = []
      for rows in [30 / samples, nil] {
        let file = TemporaryFile(named: "x.npz")
        let writer = try NPZWriter(
          file.path, columns: ["cx", "pcx"], rows: rows, samples: samples, precision: precision)
        try writer.append(floats: Array(numbers[..<24]))
        try writer.append(numbers[24...].map(Double.init))
        try writer.close()
        files.append(file.bytes)
      }
      #expect(files[0] == files[1])
      if samples == 1 { #expect(outcome(files[1]).values == numbers) }
    }
  }

  @Test("an array of rows, samples and columns is a table only where that is asked for")
  func samples() throws {
    let file = TemporaryFile(named: "x.npz")
    let numbers = (0..<12).map { Float($0) }
    let writer = try NPZWriter(
      file.path, columns: ["z1", "cx"], rows: 2, samples: 3, precision: .float32)
    try writer.append(floats: numbers)
    try writer.close()
    var reader = TableReader<Float>()
    let error = #expect(throws: Failure.self) { try reader.read(file.path) }
    #expect(error?.message.contains("shape (2, 3, 2)") == true, "\(error?.message ?? "")")
    reader.joinsSamples = true
    let table = try reader.read(file.path).table
    #expect(table.rows == 6 && table.columns == ["z1", "cx"] && Array(table.values) == numbers)
    reader.columns = ["z1", "cx"]
    let plain = try reader.read(bytes: ArrayFile.npy([1, 2, 3, 4], shape: [2, 2]), name: "a")
    #expect(plain.table.rows == 2)
  }

  @Test("rows of unknown number cannot be written to a pipe; more than 4 GiB are refused")
  func unpromisedLimits() throws {
    let file = TemporaryFile(named: "x.npz")
    let writer = try NPZWriter(file.path, columns: ["a"], rows: nil, mostBytes: 2000)
    try writer.append([Double](repeating: 0, count: 20))
    let error = #expect(throws: Failure.self) {
      try writer.append([Double](repeating: 0, count: 100))
    }
    #expect(error?.code == .creation)
    #expect(error?.message.contains("120 rows of 1 columns are more than the 4 GiB") == true)
    let pipe = #expect(throws: Failure.self) {
      _ = try NPZWriter("/dev/null", columns: ["a"], rows: nil)
    }
    #expect(pipe?.code == .creation && pipe?.hint == "name a file, or write CSV")
  }
}
