/// A constant tensor of an ONNX model.
package struct ONNXTensor: Hashable, Sendable {
  package let name: String
  package let type: ElementType
  package let shape: [Int]
  /// Row-major, little-endian.
  let bytes: [UInt8]

  package init<Element: TensorElement>(_ name: String, shape: [Int], _ elements: [Element]) {
    precondition(
      elements.count == shape.reduce(1, *), "\(elements.count) elements of shape \(shape)")
    (self.name, self.shape, type) = (name, shape, Element.elementType)
    bytes = elements.withUnsafeBytes { Array($0) }
  }

  /// `TensorProto`
  var message: Message {
    var tensor = Message()
    for dimension in shape { tensor.add(1, Int64(dimension)) }
    tensor.add(2, type.onnx)
    tensor.add(8, name)
    tensor.add(9, bytes)
    return tensor
  }
}

extension ElementType {
  /// The number of the type in the ONNX format.
  package var onnx: Int64 {
    switch self {
    case .f32: 1
    case .i64: 7
    case .bool: 9
    case .f64: 11
    default: preconditionFailure("no ONNX model of ours has \(rawValue)")
    }
  }
}
