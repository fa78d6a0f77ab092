package import Engine
package import Models
import Text

extension Graph {
  /// The parameters of a graph among arrays by name; what it does not use is left out.
  ///
  /// - Throws: where one of the graph's is missing, or has another shape.
  package func matched(
    _ arrays: [NamedArray]
  ) throws -> [(name: String, value: Value, elements: [Float])] {
    var missing = Set(parameters.map(\.name))
    var found: [(name: String, value: Value, elements: [Float])] = []
    for array in arrays {
      guard let value = names[array.name] else { continue }
      guard array.shape == [value.shape.rows, value.shape.columns] else {
        throw Failure(
          "'\(array.name)' has shape \(array.shape), and \(value.shape) is needed",
          hint: "the checkpoint belongs to a model of other sizes")
      }
      found.append((array.name, value, array.elements))
      missing.remove(array.name)
    }
    if let name = missing.sorted().first {
      throw Failure(
        "the checkpoint has no '\(name)'",
        hint: "the checkpoint belongs to another kind of model")
    }
    return found
  }
}

extension Program {
  /// Writes those arrays that a graph has, by name.
  func write(known arrays: [NamedArray], of graph: Graph) throws {
    for array in arrays {
      if let value = graph.names[array.name] { try write(array.elements, to: value) }
    }
  }

  /// Writes the parameters of a graph, by name.
  package func write(_ arrays: [NamedArray], of graph: Graph) throws {
    for parameter in try graph.matched(arrays) {
      try write(parameter.elements, to: parameter.value)
    }
  }
}

extension ModelTrace {
  /// The graph, compiled for a device that may join its steps, with its constants and parameters.
  package func program(
    parameters: [NamedArray], joinsSteps: Bool = true, on device: any Device
  ) throws -> any Program {
    var graph = graph
    graph.joinsSteps = joinsSteps
    let program = try device.compile(graph)
    for content in contents { try program.write(content.elements, to: content.value) }
    try program.write(parameters, of: graph)
    return program
  }
}
