import Records

/// An ONNX graph while its formulas are written down, in the order in which they will run.
final class ONNXGraph {
  private(set) var nodes: [ONNXNode] = []
  private(set) var tensors: [ONNXTensor] = []
  private(set) var inputs: [ONNXPort] = []
  private(set) var outputs: [ONNXPort] = []
  /// By content, without a name: a number that formulas share is in the file once.
  private var constants: [ONNXTensor: Term] = [:]

  /// Rows of `Float` that users give.
  func input(_ name: String, columns: Int) -> Term {
    inputs.append(ONNXPort(name, columns: columns))
    return Term(name: name, type: .f32, graph: self)
  }

  /// Lets users have a result by this name.
  func output(_ name: String, _ term: Term, columns: Int) {
    nodes.append(ONNXNode("Identity", [term.name], output: name))
    outputs.append(ONNXPort(name, columns: columns))
  }

  /// Numbers under a name that readers of the file shall recognize.
  func tensor<Element: TensorElement>(_ name: String, shape: [Int], _ elements: [Element]) -> Term {
    tensors.append(ONNXTensor(name, shape: shape, elements))
    return Term(name: name, type: Element.elementType, graph: self)
  }

  func constant<Element: TensorElement>(_ elements: [Element], shape: [Int]) -> Term {
    let key = ONNXTensor("", shape: shape, elements)
    if let known = constants[key] { return known }
    let term = tensor("constant_\(constants.count)", shape: shape, elements)
    constants[key] = term
    return term
  }

  /// Whole numbers that an operator takes, such as axes and shapes.
  func integers(_ numbers: [Int]) -> Term {
    constant(numbers.map { Int64($0) }, shape: [numbers.count])
  }

  /// The result of an operator, of the type of its first input where none is given.
  func node(
    _ type: String, _ inputs: [Term], is result: ElementType? = nil,
    _ attributes: [ONNXNode.Attribute] = []
  ) -> Term {
    let name = "\(type.lowercased())_\(nodes.count)"
    nodes.append(
      ONNXNode(type, inputs.map(\.name), output: name, attributes: attributes))
    return Term(name: name, type: result ?? inputs.first?.type ?? .f32, graph: self)
  }
}

/// A value of a graph. Formulas of terms are written as such, and become nodes.
struct Term {
  let name: String
  let type: ElementType
  let graph: ONNXGraph
}
