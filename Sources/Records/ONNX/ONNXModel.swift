/// An ONNX (Open Neural Network Exchange) file: operators in the order of their execution.
///
/// The versions are the oldest that have every operator in use, so that old runtimes can read it.
package struct ONNXModel: Hashable, Sendable {
  package static let formatVersion: Int64 = 8
  package static let operatorVersion: Int64 = 17

  package var name: String
  package var producerVersion: String
  package var nodes: [ONNXNode] = []
  package var tensors: [ONNXTensor] = []
  package var inputs: [ONNXPort] = []
  package var outputs: [ONNXPort] = []
  package var metadata: [String: String] = [:]

  package init(name: String, producerVersion: String) {
    (self.name, self.producerVersion) = (name, producerVersion)
  }

  /// The message `ModelProto`. Equal models give equal bytes.
  package var bytes: [UInt8] {
    var model = Message()
    model.add(1, Self.formatVersion)
    model.add(2, "implode")
    model.add(3, producerVersion)
    model.add(7, graph)
    var operators = Message()
    operators.add(1, "")
    operators.add(2, Self.operatorVersion)
    model.add(8, operators)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      var entry = Message()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    return model.bytes
  }

  /// `GraphProto`
  private var graph: Message {
    var graph = Message()
    for node in nodes { graph.add(1, node.message) }
    graph.add(2, name)
    for tensor in tensors { graph.add(5, tensor.message) }
    for input in inputs { graph.add(11, input.message) }
    for output in outputs { graph.add(12, output.message) }
    return graph
  }
}

/// An input or output of a model: a matrix with any number N of rows.
package struct ONNXPort: Hashable, Sendable {
  package let name: String
  package let columns: Int

  package init(_ name: String, columns: Int) { (self.name, self.columns) = (name, columns) }

  /// `ValueInfoProto` of `float[N, columns]`
  var message: Message {
    var rows = Message()
    rows.add(2, "N")
    var width = Message()
    width.add(1, Int64(columns))
    var shape = Message()
    shape.add(1, rows)
    shape.add(1, width)
    var tensor = Message()
    tensor.add(1, ElementType.f32.onnx)
    tensor.add(2, shape)
    var type = Message()
    type.add(1, tensor)
    var port = Message()
    port.add(1, name)
    port.add(2, type)
    return port
  }
}
