/// Writes a run of row-local steps as one kernel: a line for each operation, rows that come from
/// memory and go there, and barriers where they are needed.
///
/// Where not all values fit into the tile, those that are not needed for long are kept in the
/// device's memory in between.
struct ChainBuilder {
  private let graph: Graph
  private let chained: [ChainedStep]
  private let shape: ChainShape
  private let uses: ChainUses
  /// Whether values leave the tile while they are not needed.
  private let spills: Bool
  private var tile: TilePlan
  /// Reals that the work-items of a group exchange.
  let exchanged: Int
  private var hazards = ChainHazards()
  private(set) var memory: ChainMemory
  private(set) var lines: [ChainLine] = []
  private(set) var barriers = 0
  private var written: Set<Value> = []
  /// Values of which there is a copy in memory, with the rows that they have now.
  private var stored: Set<Value> = []

  /// Nil if a step cannot be part of such a chain, or if a step's values do not fit.
  init?(
    _ steps: [any DeviceStep], in graph: Graph, readElsewhere: Set<Value>, _ shape: ChainShape,
    spills: Bool
  ) {
    let chained = steps.compactMap { $0.chained(shape) }
    guard chained.count == steps.count else { return nil }
    (self.graph, self.chained, self.shape, self.spills) = (graph, chained, shape, spills)
    uses = ChainUses(chained, in: graph, readElsewhere: readElsewhere)
    memory = ChainMemory(graph, shape)
    exchanged = chained.map(\.exchange).max() ?? 0
    let capacity = shape.capacity(exchanging: exchanged)
    if let capacity, capacity <= 0 { return nil }
    tile = TilePlan(capacity: capacity, step: shape.columnStep)
    for index in chained.indices {
      guard append(index) else { return nil }
    }
  }

  var columns: Int { tile.columns }
  var exports: [Value] { uses.exports }

  /// False if the step's values do not fit.
  private mutating func append(_ index: Int) -> Bool {
    let step = chained[index]
    let needed = uses.values[index]
    for value in needed {
      guard fetch(value, with: needed, at: index) else { return false }
    }
    for operation in step.operations { append(operation, scratch: uses.scratch(of: index)) }
    for value in uses.written[index] {
      written.insert(value)
      stored.remove(value)
      if uses.isWanted(value) && uses.lastWrite[value] == index { store(value) }
    }
    for value in tile.values {
      guard let next = uses.next(of: value, after: index) else {
        tile.release(value)
        continue
      }
      if spills && next - index > Self.patience { drop(value) }
    }
    return true
  }

  /// Steps for which a value stays in the tile without being used.
  private static let patience = 6

  /// Makes sure that a value is in the tile.
  private mutating func fetch(_ value: Value, with others: [Value], at index: Int) -> Bool {
    if tile[value] != nil { return true }
    while tile.take(for: value) == nil {
      let idle = tile.values.filter { !others.contains($0) }
      func next(_ value: Value) -> Int { uses.next(of: value, after: index) ?? .max }
      guard spills, let last = idle.max(by: { next($0) < next($1) }) else { return false }
      drop(last)
    }
    if stored.contains(value) || uses.beginsInMemory(value) && !written.contains(value) {
      load(value)
      stored.insert(value)
    }
    return true
  }

  /// Lets a value leave the tile.
  private mutating func drop(_ value: Value) {
    if written.contains(value) && !stored.contains(value) { store(value) }
    tile.release(value)
  }
}

extension ChainBuilder {
  private mutating func load(_ value: Value) {
    append(transfer: "load", value, writes: false)
  }

  private mutating func store(_ value: Value) {
    append(transfer: "store", value, writes: true)
    stored.insert(value)
  }

  /// Where a value's rows are in memory: those of the graph, or those that the chain keeps.
  private mutating func place(
    of value: Value, writes: Bool
  ) -> (memory: ChainHazards.Memory, pointer: (String, Int), stride: String) {
    if uses.isInMemory(value) {
      let pointer = memory.pointer(to: value, offset: 0, writes: writes)
      return (.value(value), pointer, "\(value.shape.columns)")
    }
    return (.kept(value), ("kept + ", memory.keep(value)), "\(shape.kept(value.shape).columns)")
  }

  /// - Parameter writes: the memory; otherwise the tile.
  private mutating func append(transfer name: String, _ value: Value, writes: Bool) {
    guard let columns = tile[value] else { preconditionFailure("\(value) is not in the tile") }
    let (memory, pointer, stride) = place(of: value, writes: writes)
    var line = ChainLine("\(name)(at, ")
    line.append(pointer.0)
    line.append(number: pointer.1)
    line.append(", \(stride), rows + ")
    line.append(number: columns.lowerBound * shape.lanes)
    line.append(", \(value.shape.columns));")
    append(
      line,
      [
        .init(memory: memory, writes: writes),
        .init(memory: .tile, columns: columns, writes: !writes),
      ])
  }

  private mutating func append(_ operation: ChainOperation, scratch: Value) {
    var line = ChainLine("\(operation.name)(at")
    var accesses: [ChainHazards.Access] = []
    for operand in operation.operands {
      line.append(", ")
      append(operand.operand, to: &line, &accesses, scratch: scratch)
    }
    line.append(");")
    append(line, accesses)
  }

  private mutating func append(_ line: ChainLine, _ accesses: [ChainHazards.Access]) {
    if shape.lanes == 1,
      let barrier = hazards.barrier(before: accesses, tileIsLocal: shape.isLocal)
    {
      lines.append(ChainLine(barrier))
      barriers += 1
    }
    lines.append(line)
  }

  private mutating func append(
    _ operand: ChainOperation.Operand, to line: inout ChainLine,
    _ accesses: inout [ChainHazards.Access], scratch: Value
  ) {
    switch operand {
    case .rows(let place, let use, let isOptional):
      append(place?.value, place?.offset ?? 0, writes: use != .reads, to: &line, &accesses)
      if isOptional { line.append(place == nil ? ", 0" : ", 1") }
      if use == .contributes { line.append(place?.accumulates == true ? ", 1" : ", 0") }
    case .scratch: append(scratch, 0, writes: true, to: &line, &accesses)
    case .optionalScratch(let isThere):
      append(isThere ? scratch : nil, 0, writes: true, to: &line, &accesses)
      line.append(isThere ? ", 1" : ", 0")
    case .exchange:
      line.append("exchange")
      accesses.append(.init(memory: .exchange, writes: true))
    case .whole(let place):
      append(whole: place, to: &line)
    case .term(let term):
      append(whole: .init(value: term.clock), to: &line)
      line.append(", ")
      append(whole: .init(value: term.weights), to: &line)
      line.append(", \(term.index), ")
      append(term.terms, term.index, writes: true, to: &line, &accesses)
    case .int(let number): line.append("\(number)")
    case .float(let number): line.append("\(number)f")
    }
  }

  private mutating func append(whole place: ChainOperation.Place?, to line: inout ChainLine) {
    guard let place else { return line.append("0") }
    let pointer = memory.pointer(to: place.value, offset: place.offset)
    line.append(pointer.0)
    line.append(number: pointer.1)
  }

  private func append(
    _ value: Value?, _ offset: Int, writes: Bool, to line: inout ChainLine,
    _ accesses: inout [ChainHazards.Access]
  ) {
    guard let value else { return line.append("rows") }
    guard let columns = tile[value] else { preconditionFailure("\(value) is not in the tile") }
    line.append("rows + ")
    line.append(number: (columns.lowerBound + offset) * shape.lanes)
    accesses.append(.init(memory: .tile, columns: columns, writes: writes))
  }
}

extension ChainBuilder {
  /// What remains to be added up over rows, out of the graph's memory and what the chain has kept.
  func weights(keptAs kept: [Value: Value]) -> [WeightGradient] {
    chained.enumerated().compactMap { index, step in
      guard let gradient = step.weights else { return nil }
      let layer = gradient.layer
      let d = gradient.keepsDelta ? gradient.dy : uses.scratch(of: index)
      return WeightGradient(
        inputs: layer.inputs.map { Slice(value: kept[$0.value] ?? $0.value, columns: $0.columns) },
        dy: Slice(value: kept[d] ?? d, columns: 0..<layer.columns), saved: nil,
        activation: .identity, dw: gradient.dw, db: gradient.db, precision: layer.precision)
    }
  }
}
