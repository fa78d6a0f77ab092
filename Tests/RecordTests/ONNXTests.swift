import Testing

@testable import Records

@Suite struct ONNXTests {
  @Test("a small model has the bytes that the Python package onnx 1.23 gives it")
  func format() {
    var model = ONNXModel(name: "tiny", producerVersion: "1.2")
    model.nodes = [
      ONNXNode("Gemm", ["x", "w"], output: "a", attributes: [.integer("transB", 1)]),
      ONNXNode("Softmax", ["a"], output: "y", attributes: [.integer("axis", -1)]),
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
    08081207696d706c6f64651a03312e323ae4010a210a01780a01771201611a01\
    61220447656d6d2a0d0a067472616e73421801a001020a280a01611201791a01\
    792207536f66746d61782a140a046178697318ffffffffffffffffff01a00102\
    0a350a01791209706f736974696f6e731a09706f736974696f6e7322094c6561\
    6b7952656c752a0f0a05616c706861150000003fa00101120474696e792a2308\
    02080310014201774a18000000000000803f0000004000004040000080400000\
    a0405a140a0178120f0a0d080112090a0312014e0a020803621d0a09706f7369\
    74696f6e7312100a0e0801120a0a0312014e0a0308c80142040a001011720d0a\
    05756e6974731204626f6872
    """
}
