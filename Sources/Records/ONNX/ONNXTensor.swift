/// A constant tensor of an ONNX model.
package struct ONNXTensor: Hashable, Sendable {
  package let name: String
  package let type: ONNXType
  package let shape: [Int]
  /// Row-major, little-endian.
  let bytes: [UInt8]

  package init<Element: ONNXElement>(_ name: String, shape: [Int], _ elements: [Element]) {
    precondition(
      elements.count == shape.reduce(1, *), "\(elements.count) elements of shape \(shape)")
    (self.name, self.shape, type) = (name, shape, Element.onnxType)
    bytes = elements.withUnsafeBytes { Array($0) }
  }

  /// `TensorProto`
  var message: Message {
    var tensor = Message()
    for dimension in shape { tensor.add(1, Int64(dimension)) }
    tensor.add(2, type.rawValue)
    tensor.add(8, name)
    tensor.add(9, bytes)
    return tensor
  }
}

/// The element type of an ONNX tensor, with its number in the format.
package enum ONNXType: Int64, Hashable, Sendable {
  case float = 1
  case int64 = 7
  case bool = 9
  case double = 11
}

/// A number with the same bytes in an ONNX file as in memory, since all machines are little-endian.
package protocol ONNXElement: BitwiseCopyable, Sendable {
  static var onnxType: ONNXType { get }
}

extension Float: ONNXElement {
  package static var onnxType: ONNXType { .float }
}
extension Double: ONNXElement {
  package static var onnxType: ONNXType { .double }
}
extension Int64: ONNXElement {
  package static var onnxType: ONNXType { .int64 }
}
