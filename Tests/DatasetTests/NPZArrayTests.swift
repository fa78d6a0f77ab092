import TestSupport
import Testing

@testable import Datasets

/// Files of named arrays.
@Suite struct NPZArrayTests {
  private func write(to path: String) throws {
    let writer = try NPZArrayWriter(path)
    try writer.add("layer.weight", shape: [2, 3], [1, 2, 3, -4, 5, .infinity] as [Float])
    try writer.add("deep", shape: [1, 1, 2], [0.1, 2] as [Double])
    try writer.add("nothing", shape: [0, 4], [] as [Float])
    try writer.add("text", "ħ/bohr")
    try writer.add("silence", "")
    try writer.close()
  }

  @Test("a single array is a table to our own reader")
  func readBack() throws {
    let file = TemporaryFile(named: "x.npz")
    let writer = try NPZArrayWriter(file.path)
    try writer.add("data", shape: [2, 2], [1, 2, 3, 4.5] as [Double])
    try writer.close()
    let table = try TableReader<Float>(columns: ["cx", "pcx"]).read(file.path).table
    #expect(table.rows == 2 && Array(UnsafeBufferPointer(table.values)) == [1, 2, 3, 4.5])
  }

  @Test("numpy reads every array as it is", .enabled(if: Python.has("numpy")))
  func numpy() throws {
    let file = TemporaryFile(named: "x.npz")
    try write(to: file.path)
    let program = """
      import sys, zipfile, numpy as np
      assert zipfile.ZipFile(sys.argv[1]).testzip() is None
      a = np.load(sys.argv[1], allow_pickle=False)
      assert a.files == ['layer.weight', 'deep', 'nothing', 'text', 'silence'], a.files
      w = a['layer.weight']
      assert w.dtype == 'f4' and w.tolist() == [[1, 2, 3], [-4, 5, float('inf')]]
      assert a['deep'].dtype == 'f8' and a['deep'].tolist() == [[[0.1, 2]]]
      assert a['nothing'].shape == (0, 4)
      assert a['text'].shape == () and a['text'][()] == 'ħ/bohr' and a['silence'][()] == ''
      """
    do { try Python.run(program, [file.path]) } catch let failure as Python.Failed {
      Issue.record("\(failure.output)")
    }
    withExtendedLifetime(file) {}
  }
}
