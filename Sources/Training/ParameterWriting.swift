package import Engine

extension Program {
  /// Writes parameters by name; what the graph does not use is ignored.
  ///
  /// - Throws: where one of the graph's is missing, or has another shape.
  package func write(_ parameters: [NamedArray], of graph: Graph) throws {
    var missing = Set(graph.parameters.map(\.name))
    for array in parameters {
      guard let value = graph.names[array.name] else { continue }
      guard array.shape == [value.shape.rows, value.shape.columns] else {
        throw TrainingError(
          .badCheckpoint, "'\(array.name)' has shape \(array.shape), and \(value.shape) is needed",
          hint: "the checkpoint belongs to a model of other sizes")
      }
      try write(array.elements, to: value)
      missing.remove(array.name)
    }
    if let name = missing.sorted().first {
      throw TrainingError(
        .badCheckpoint, "the checkpoint has no '\(name)'",
        hint: "the checkpoint belongs to another kind of model")
    }
  }
}
