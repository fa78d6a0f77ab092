import Testing

@testable import Records

@Suite struct ONNXTests {
  @Test("a small model has the bytes that the Python package onnx 1.23 gives it")
  func format() {
    var model = ONNXModel(name: "tiny", producerVersion: "1.2")
    model.nodes = [
      ONNXNode("Gemm", ["x", "w"], output: "a", attributes: [.integer("transB", 1)]),
      ONNXNode("Transpose", ["a"], output: "y", attributes: [.integers("perm", [1, -1])]),
      ONNXNode("LeakyRelu", ["y"], output: "positions", attributes: [.number("alpha", 0.5)]),
    ]
    model.tensors = [ONNXTensor("w", shape: [2, 3], (0..<6).map { Float($0) })]
    model.inputs = [ONNXPort("x", columns: 3)]
    model.outputs = [ONNXPort("positions", columns: 200)]
    model.metadata = ["units": "bohr"]
    #expect(Self.hexadecimal(model.bytes) == Self.expected)
  }

  @Test("numbers lie in tensors as they are, the lowest byte first")
  func tensors() {
    let double = ONNXTensor("", shape: [], [Double(1)]).message.bytes
    #expect(Self.hexadecimal(double) == "100b" + "4200" + "4a08" + "000000000000f03f")
    let integers = ONNXTensor("i", shape: [2], [Int64(3), -1]).message.bytes
    #expect(
      Self.hexadecimal(integers)
        == "0802" + "1007" + "420169" + "4a10" + "0300000000000000" + "ffffffffffffffff")
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static let expected = """
    08081207696d706c6f64651a03312e323ae8010a210a01780a01771201611a01\
    61220447656d6d2a0d0a067472616e73421801a001020a2c0a01611201791a01\
    7922095472616e73706f73652a160a047065726d400140ffffffffffffffffff\
    01a001070a350a01791209706f736974696f6e731a09706f736974696f6e7322\
    094c65616b7952656c752a0f0a05616c706861150000003fa00101120474696e\
    792a230802080310014201774a18000000000000803f00000040000040400000\
    80400000a0405a140a0178120f0a0d080112090a0312014e0a020803621d0a09\
    706f736974696f6e7312100a0e0801120a0a0312014e0a0308c80142040a0010\
    11720d0a05756e6974731204626f6872
    """
}
