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
      table.append(.init(.importRows, Self.transfer(value)), step: 0)
    }
    for (index, step) in chained.enumerated() {
      for operation in step.operations { table.append(operation, step: index) }
    }
    for value in exports {
      table.append(.init(.exportRows, Self.transfer(value)), step: steps.count)
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

  private static func transfer(_ value: Value) -> [ChainOperation.Operand] {
    [.whole(value), .int(value.shape.columns), .rows(value)]
  }
}

/// Columns of a tile for every value of a chain, used again when a value is no longer needed.
struct TilePlan {
  private(set) var columns = 0
  private var places: [Value: Int] = [:]
  private var scratches: [Int] = []
  /// Columns that are taken, in order.
  private var taken: [Range<Int>] = []

  init(
    _ steps: [any DeviceStep], _ chained: [ChainedStep], imports: [Value], exports: [Value]
  ) {
    var last: [Value: Int] = [:]
    for (index, step) in steps.enumerated() {
      for value in step.inputs + step.outputs { last[value] = index }
    }
    for value in exports { last[value] = steps.count }
    for value in imports { places[value] = take(value.shape.columns) }
    for (index, step) in steps.enumerated() {
      for value in step.inputs + step.outputs where places[value] == nil {
        places[value] = take(value.shape.columns)
      }
      let scratch = chained[index].scratch
      scratches.append(scratch > 0 ? take(scratch) : 0)
      if scratch > 0 { release(scratches[index]) }
      for value in Set(step.inputs + step.outputs) where last[value] == index {
        places[value].map { release($0) }
      }
    }
  }

  func column(of value: Value) -> Int? { places[value] }
  func scratch(ofStep index: Int) -> Int { scratches[index] }

  /// The first free columns that suffice.
  private mutating func take(_ count: Int) -> Int {
    var start = 0
    var index = 0
    while index < taken.count && taken[index].lowerBound - start < count {
      start = taken[index].upperBound
      index += 1
    }
    taken.insert(start..<start + count, at: index)
    columns = max(columns, start + count)
    return start
  }

  private mutating func release(_ start: Int) { taken.removeAll { $0.lowerBound == start } }
}

/// The words that chain.cl reads: where each operation starts, the operations, constants.
struct ChainTable {
  private let graph: Graph
  private let tile: TilePlan
  private var operations: [(operation: ChainOperation, step: Int)] = []
  private(set) var values: [Value] = []
  private var constants: [Value: Int] = [:]
  private var constantWords: [UInt32] = []
  private var sums: [Sum: Bool] = [:]
  private(set) var sumModes: [UInt32]

  private struct Sum: Hashable {
    let value: Value
    let offset: Int
  }

  init(_ graph: Graph, tile: TilePlan) {
    (self.graph, self.tile) = (graph, tile)
    sumModes = Array(repeating: 0, count: ((graph.block?.gradients.shape.count ?? 1) + 127) / 128)
  }

  var count: Int { operations.count }

  mutating func append(_ operation: ChainOperation, step: Int) {
    operations.append((operation, step))
    for case .whole(let value, _) in operation.operands {
      if let words = graph.constants[value] {
        if constants[value] == nil {
          constants[value] = constantWords.count
          constantWords += words
        }
      } else if !values.contains(graph.home(of: value).parent) {
        values.append(graph.home(of: value).parent)
      }
    }
  }

  /// Nil if a sum is not part of the gradients.
  var words: [UInt32]? {
    mutating get {
      let start = operations.count
      let end = operations.reduce(start) { $0 + $1.operation.wordCount }
      var (starts, body): ([UInt32], [UInt32]) = ([], [])
      for (operation, step) in operations {
        starts.append(UInt32(start + body.count))
        body.append(UInt32(operation.code.rawValue))
        for operand in operation.operands {
          guard let words = encode(operand, step: step, constants: end) else { return nil }
          body += words.map { UInt32(bitPattern: $0) }
        }
      }
      return starts + body + constantWords
    }
  }

  private mutating func encode(
    _ operand: ChainOperation.Operand, step: Int, constants start: Int
  ) -> [Int32]? {
    switch operand {
    case .int(let number): return [Int32(number)]
    case .float(let number): return [Int32(bitPattern: number.bitPattern)]
    case .scratch(let column):
      return [Int32((tile.scratch(ofStep: step) + column) * Chain.tileRows)]
    case .rows(let value, let column):
      return tile.column(of: value).map { [Int32(($0 + column) * Chain.tileRows)] }
    case .whole(let value, let offset):
      if let place = constants[value] { return [0, Int32(start + place + offset)] }
      let home = graph.home(of: value)
      return values.firstIndex(of: home.parent).map {
        [Int32($0 + 1), Int32(home.offset + offset)]
      }
    case .sum(let value, let offset, let accumulates):
      let home = graph.home(of: value)
      guard let block = graph.block, home.parent == block.gradients else { return nil }
      let adds = sums.updateValue(true, forKey: Sum(value: value, offset: offset)) != nil
      if !adds { setMode(home.offset, count: value.shape.count, adds: accumulates) }
      return [Int32(home.offset + offset), adds ? 1 : 0]
    }
  }

  private mutating func setMode(_ offset: Int, count: Int, adds: Bool) {
    for run in offset / 128...(offset + count - 1) / 128 { sumModes[run] = adds ? 2 : 1 }
  }
}
