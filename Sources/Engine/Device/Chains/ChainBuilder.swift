/// Turns a run of row-local steps into the table and the memory of a chain.
struct ChainBuilder {
  private let graph: Graph
  private let steps: [any DeviceStep]
  private let chained: [ChainedStep]
  private let exports: [Value]
  private let imports: [Value]

  /// Nil if a step cannot be part of a chain.
  init?(_ steps: [any DeviceStep], in graph: Graph, readElsewhere: Set<Value>, device: LaunchTraits)
  {
    (self.graph, self.steps) = (graph, steps)
    let chained = steps.compactMap { $0.chained(on: device) }
    guard chained.count == steps.count else { return nil }
    self.chained = chained
    var (written, read) = (Set<Value>(), Set<Value>())
    var (imports, outputs): ([Value], [Value]) = ([], [])
    for step in steps {
      for value in step.inputs where !written.contains(value) && read.insert(value).inserted {
        imports.append(value)
      }
      read.formUnion(step.inputs)
      for value in step.outputs where written.insert(value).inserted { outputs.append(value) }
    }
    // What nobody reads was asked for by somebody outside the graph.
    let exports = outputs.filter {
      readElsewhere.contains($0) || !read.contains($0) || graph.views[$0] != nil
        || graph.names.values.contains($0)
    }
    self.exports = exports
    // A step may write some columns only, or add to what is there.
    self.imports = imports + exports.filter { !imports.contains($0) }
  }

  /// Appends the chain's own values to `graph`, which has those of the steps.
  func build(into graph: inout Graph, rows: Int, device: LaunchTraits) -> Chain? {
    let count = self.graph.block?.gradients.shape.count ?? 1
    let slots = Chain.slots(rows: rows, sumCount: count, on: device)
    let plan = TilePlan(steps, chained, imports: imports, exports: exports)
    var table = ChainTable(self.graph, tile: plan)
    for value in imports {
      table.append(Transfer.importing(value), step: 0)
    }
    for (index, step) in chained.enumerated() {
      for operation in step.operations { table.append(operation, step: index) }
    }
    for value in exports {
      table.append(Transfer.exporting(value), step: steps.count)
    }
    guard let words = table.words, table.values.count <= Chain.mostValues else { return nil }
    let sums = steps.flatMap(\.sums)
    return Chain(
      rows: rows, exports: exports, sums: sums, table: graph.constant(words),
      operations: table.count, values: table.values,
      tiles: graph.makeValue(Shape(slots.count, plan.columns * Chain.tileRows)),
      slots: graph.makeValue(Shape(slots.count, sums.isEmpty ? 1 : count)),
      tilesPerSlot: slots.tiles, summing: sums.isEmpty ? nil : summing(table, in: &graph))
  }

  private func summing(_ table: ChainTable, in graph: inout Graph) -> Chain.Summing? {
    guard let block = self.graph.block else { return nil }
    return Chain.Summing(
      modes: graph.constant(table.sumModes), gradients: block.gradients,
      setsAll: table.sumModes.allSatisfy { $0 == 1 })
  }
}

/// Rows of a value between the graph's memory and a tile.
enum Transfer {
  static let importing = DeclaredOperation("import", operands)
  static let exporting = DeclaredOperation("export", operands)

  private static let operands = OperandList<Value>(
    "transfer", ["memory": .whole(\.self), "width": .int(\.shape.columns), "rows": .rows(\.self)])
}
