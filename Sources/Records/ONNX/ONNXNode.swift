/// One operator of an ONNX model. All operators in use have one result.
package struct ONNXNode: Hashable, Sendable {
  package let type: String
  package let inputs: [String]
  package let output: String
  package let attributes: [Attribute]

  package init(
    _ type: String, _ inputs: [String], output: String, attributes: [Attribute] = []
  ) {
    (self.type, self.inputs, self.output) = (type, inputs, output)
    self.attributes = attributes
  }

  package struct Attribute: Hashable, Sendable {
    let name: String
    let content: Content

    enum Content: Hashable, Sendable {
      case number(Float)
      case integer(Int64)
    }

    package static func number(_ name: String, _ number: Float) -> Attribute {
      Attribute(name: name, content: .number(number))
    }

    package static func integer(_ name: String, _ number: Int) -> Attribute {
      Attribute(name: name, content: .integer(Int64(number)))
    }

    /// `AttributeProto`
    var message: Message {
      var attribute = Message()
      attribute.add(1, name)
      let kind: Int64
      switch content {
      case .number(let number):
        attribute.add(2, number)
        kind = 1
      case .integer(let number):
        attribute.add(3, number)
        kind = 2
      }
      attribute.add(20, kind)
      return attribute
    }
  }

  /// `NodeProto`
  var message: Message {
    var node = Message()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    // The name of a node must be unique; the name of its result is.
    node.add(3, output)
    node.add(4, type)
    for attribute in attributes { node.add(5, attribute.message) }
    return node
  }
}
