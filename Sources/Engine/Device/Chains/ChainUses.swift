/// Which steps of a chain use which values.
struct ChainUses {
  /// Of each step, those that have to be in the tile, its scratch among them.
  private(set) var values: [[Value]] = []
  private(set) var written: [[Value]] = []
  private(set) var lastWrite: [Value: Int] = [:]
  /// Values that are written for steps outside the chain, or for nobody.
  let exports: [Value]
  private var uses: [Value: [Int]] = [:]
  private var imports: Set<Value> = []
  /// Values that are to be in memory, of which the first step to write them does not write all.
  private var begun: Set<Value> = []
  /// Values whose rows are needed when the chain is over.
  private var kept: Set<Value> = []
  private let scratches: [Value]

  init(_ steps: [ChainedStep], in graph: Graph, readElsewhere: Set<Value>) {
    let rows = steps.lazy.flatMap(\.operations).flatMap { $0.inputs + $0.outputs }.first?.shape.rows
    scratches = steps.indices.map { index in
      Value(id: -1 - index, shape: Shape(rows ?? 1, max(1, steps[index].scratch)), kind: .real)
    }
    var (allRead, allWritten): (Set<Value>, [Value]) = ([], [])
    for (index, step) in steps.enumerated() {
      let read = step.operations.flatMap(\.inputs)
      var written = Self.distinct(step.operations.flatMap(\.outputs))
      // Gradients of weights read rows, too.
      let elsewhere = step.weights.map { $0.layer.inputs.map(\.value) + [$0.dy] } ?? []
      for value in read + elsewhere where !allWritten.contains(value) { imports.insert(value) }
      for value in step.operations.flatMap(\.partialOutputs) where !allWritten.contains(value) {
        begun.insert(value)
      }
      allRead.formUnion(read + elsewhere)
      allWritten += written.filter { !allWritten.contains($0) }
      if let weights = step.weights {
        kept.formUnion(weights.layer.inputs.map(\.value))
        kept.insert(weights.keepsDelta ? weights.dy : scratches[index])
      }
      if step.scratch > 0 { written.append(scratches[index]) }
      for value in written { lastWrite[value] = index }
      self.written.append(written)
      values.append(Self.distinct(read + written))
      for value in values[index] { uses[value, default: []].append(index) }
    }
    // What nobody reads was asked for by somebody outside the graph.
    exports = allWritten.filter {
      readElsewhere.contains($0) || !allRead.contains($0) || graph.views[$0] != nil
        || graph.names.values.contains($0)
    }
  }

  func scratch(of step: Int) -> Value { scratches[step] }

  /// Whether the graph's memory has the value's rows before the chain, or is to have them after it.
  func isInMemory(_ value: Value) -> Bool { imports.contains(value) || exports.contains(value) }

  /// Whether the chain needs what the graph's memory has of the value before it.
  func beginsInMemory(_ value: Value) -> Bool {
    imports.contains(value) || begun.contains(value) && exports.contains(value)
  }

  /// Whether the rows are to be in memory when the chain is over.
  func isWanted(_ value: Value) -> Bool { exports.contains(value) || kept.contains(value) }

  /// The next step after `index` that uses a value.
  func next(of value: Value, after index: Int) -> Int? {
    uses[value]?.first { $0 > index }
  }

  private static func distinct(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }
}
