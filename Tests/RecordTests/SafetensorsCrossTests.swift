import Records
import TestSupport
import Testing

/// Against the package `safetensors` of Python, where it is.
@Suite(.enabled(if: Python.has("safetensors.numpy")))
struct SafetensorsCrossTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test("the package gives the verdicts that the table says")
  func verdicts() throws {
    for (number, vector) in Vector.all.enumerated() {
      _ = try folder.write(vector.bytes, to: "\(number)")
    }
    let script = """
      import sys, safetensors
      for i in range(int(sys.argv[2])):
          path = f"{sys.argv[1]}/{i}"
          try:
              safetensors.deserialize(open(path, "rb").read())
              memory = 1
          except safetensors.SafetensorError:
              memory = 0
          try:
              with safetensors.safe_open(path, framework="np") as file:
                  file.keys()
              disk = 1
          except Exception:
              disk = 0
          print(memory, disk)
      """
    let lines = try Python.run(script, [folder.path, "\(Vector.all.count)"])
      .split(separator: "\n")
    try #require(lines.count == Vector.all.count)
    for (vector, line) in zip(Vector.all, lines) {
      #expect(line == (vector.isTheirs ? "1 1" : "0 0"), "\(vector.name)")
    }
  }

  @Test("files of Implode are read by the package, value for value")
  func ours() throws {
    let path = try folder.write(SafetensorsTests.small(), to: "ours.safetensors")
    let script = """
      import sys, safetensors, numpy as np
      with safetensors.safe_open(sys.argv[1], framework="np") as f:
          get = f.get_tensor
          w = get("weight")
          assert w.dtype == np.float32 and w.shape == (2, 3)
          assert w.tobytes() == np.array([1, -2, 3.5, np.nan, np.inf, -0.0], "<f4").tobytes()
          assert (get("moments") == np.array([0.1, 1e300])).all()
          assert get("seed").dtype == np.uint64 and get("seed") == 2**64 - 1 and get("seed").shape == ()
          assert get("rows").dtype == np.int64 and get("rows")[0, 0] == -2**63
          assert get("order").dtype == np.int32 and list(get("order")) == [3, -1, 0]
          assert get("bytes").dtype == np.uint8 and list(get("bytes")) == [1, 2, 255]
          assert get("none").shape == (0, 4)
          m = f.metadata()
          assert m["model"] == 'a "quoted"\\nname' and m["é"] == "\\\\", m
          assert m["implode.format"] == "1" and len(m["implode.sha256"]) == 64
      raw = dict(safetensors.deserialize(open(sys.argv[1], "rb").read()))["half"]
      assert raw["dtype"] == "BF16" and bytes(raw["data"]) == bytes([0, 0x3f, 0x80, 0x3f])
      import hashlib
      data = open(sys.argv[1], "rb").read()
      blank = data.replace(m["implode.sha256"].encode(), b"0" * 64, 1)
      assert hashlib.sha256(blank).hexdigest() == m["implode.sha256"]
      """
    #expect(throws: Never.self) { try Python.run(script, [path]) }
  }

  @Test("files of the package are read, value for value")
  func theirs() throws {
    let script = """
      import sys, numpy as np
      from safetensors.numpy import save_file
      save_file({
          "w": np.array([[1, -2, 3.5], [np.nan, np.inf, -0.0]], "<f4"),
          "d": np.array([0.1, 1e300]), "s": np.array(2**64 - 1, np.uint64),
          "i": np.array([-2**63]), "n": np.array([3, -1], np.int32),
          "u": np.array([1, 255], np.uint8), "h": np.array([1, 2], np.float16),
          "e": np.zeros((0, 4), np.float32)}, sys.argv[1], metadata={"k": 'é"\\n'})
      """
    try Python.run(script, [folder.path("theirs.safetensors")])
    let file = try SafetensorsFile(folder.read("theirs.safetensors"), path: "theirs")
    let w: [Float] = [1, -2, 3.5, .nan, .infinity, -0.0]
    #expect(
      try file.elements("w", of: Float.self, shape: [2, 3]).map(\.bitPattern) == w.map(\.bitPattern)
    )
    #expect(try file.elements("d", shape: [2]) == [0.1, 1e300])
    #expect(try file.elements("s", shape: []) == [UInt64.max])
    #expect(try file.elements("i", shape: [1]) == [Int64.min])
    #expect(try file.elements("n", shape: [2]) == [3, -1] as [Int32])
    #expect(try file.elements("u", shape: [2]) == [1, 255] as [UInt8])
    #expect(try file.elements("e", shape: [0, 4]) == [] as [Float])
    #expect(file["h"]?.elementType == .f16)
    #expect(file.metadata == ["k": "é\"\n"])
    #expect(!file.isSealed)
  }
}
