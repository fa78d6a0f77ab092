import Foundation
import Testing

@testable import Datasets

/// Files exchanged with numpy itself, where `IMPLODE_PYTHON` names a Python that has it.
@Suite(.enabled(if: python != nil)) struct NumpyTests {
  private func run(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: python ?? "")
    process.arguments = ["-c", "import sys, numpy as np\n" + program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self)
  }

  @Test("numpy reads what is written, to the bit")
  func writes() throws {
    let numbers = (0..<300).map { Double($0).squareRoot() - 7 }
    for precision in [NPZWriter.Precision.float32, .float64] {
      let file = TemporaryFile(named: "x.npz")
      let columns = ["cx", "longer", "µ"]
      let writer = try TableWriter(file.path, columns: columns, rows: 100, precision: precision)
      for start in stride(from: 0, to: 300, by: 75) {
        try writer.append(Array(numbers[start..<(start + 75)]))
      }
      try writer.close()
      let printed = try run(
        """
        import zipfile
        assert zipfile.ZipFile(sys.argv[1]).testzip() is None
        z = np.load(sys.argv[1])
        a = z['data']
        assert a.shape == (100, 3) and a.flags.c_contiguous
        print(','.join(z['columns']), a.dtype, *[x.hex() for x in a.astype('f8').ravel()])
        """, file.path)
      let words = printed.split(whereSeparator: \.isWhitespace).map(String.init)
      let expected = precision == .float32 ? numbers.map { Double(Float($0)) } : numbers
      #expect(words.prefix(2) == ["cx,longer,µ", "\(precision)"])
      #expect(words.dropFirst(2).map { Double($0) } == expected)
    }
  }

  @Test("numpy reads samples whose number was not known before the end")
  func samples() throws {
    let numbers = (0..<240).map { Float($0).squareRoot() - 7 }
    let file = TemporaryFile(named: "x.npz")
    let writer = try NPZWriter(
      file.path, columns: ["cx", "cy"], rows: nil, samples: 4, precision: .float32)
    for start in stride(from: 0, to: 240, by: 80) {
      try writer.append(floats: Array(numbers[start..<start + 80]))
    }
    try writer.close()
    let printed = try run(
      """
      import zipfile
      assert zipfile.ZipFile(sys.argv[1]).testzip() is None
      a = np.load(sys.argv[1])['data']
      assert a.shape == (30, 4, 2) and a.dtype == np.float32
      print(*[float(x).hex() for x in a.ravel()])
      """, file.path)
    #expect(
      printed.split(whereSeparator: \.isWhitespace).map { Float(String($0)) } == numbers)
  }

  @Test(
    "files written by numpy are read",
    arguments: [
      "np.save(f, a)", "np.save(f, a.astype('f4'))", "np.save(f, np.asfortranarray(a))",
      "np.save(f, a.T.copy().T)", "np.savez(f, data=a, columns=np.array(c))",
      "np.savez_compressed(f, data=a, columns=np.array(c))", "np.savez(f, a)",
      "np.savez_compressed(f, **{n: a[:, i] for i, n in enumerate(c)})",
      "np.savez(f, positions=a[:, :9], momenta=a[:, 9:], seed=7, note='text', o=np.array([None]))",
      "np.savez_compressed(f, a.astype('f4').T.copy().T)",
    ])
  func reads(_ saving: String) throws {
    let file = TemporaryFile(named: "x")
    _ = try run(
      """
      c = [p + n + x for p in ('', 'p') for n in 'cos' for x in 'xyz']
      a = np.arange(18 * 5000.0).reshape(5000, 18) % 1021 / 8
      with open(sys.argv[1], 'wb') as f: \(saving)
      """, file.path)
    for wanted in [TableReaderTests.molecule, TableReaderTests.momenta] {
      let table = try TableReader<Float>(columns: wanted).read(file.path).table
      let first = 18 - wanted.count
      #expect(table.rows == 5000)
      let isSame = (0..<5000).allSatisfy { row in
        wanted.indices.allSatisfy {
          table[row, $0] == Float((18 * row + first + $0) % 1021) / 8
        }
      }
      #expect(isSame)
    }
    withExtendedLifetime(file) {}
  }
}

private let python = ProcessInfo.processInfo.environment["IMPLODE_PYTHON"]
