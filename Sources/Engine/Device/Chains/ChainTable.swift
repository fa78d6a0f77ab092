/// The words that chain.cl reads: where each operation starts, the operations, constants.
struct ChainTable {
  private let graph: Graph
  private let tile: TilePlan
  private var operations: [(operation: ChainOperation, step: Int)] = []
  private(set) var values: [Value] = []
  private var constants: [Value: Int] = [:]
  private var constantWords: [UInt32] = []
  private var sums: Set<Sum> = []
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
    for value in operation.wholes {
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
        body.append(UInt32(operation.kind.number))
        for (declared, operand) in zip(operation.kind.form.operands, operation.operands) {
          guard var words = encode(operand, declared.use, step: step, constants: end) else {
            return nil
          }
          // −1 stands for what is not there.
          while words.count < declared.use.wordCount {
            words.append(words.isEmpty ? -1 : 0)
          }
          body += words.map { UInt32(bitPattern: $0) }
        }
      }
      return starts + body + constantWords
    }
  }

  /// The words of an operand, none for one that is absent; nil if it is not where it has to be.
  private mutating func encode(
    _ operand: ChainOperation.Operand, _ use: ChainOperation.Use, step: Int, constants start: Int
  ) -> [Int32]? {
    switch operand {
    case .absent: return []
    case .int(let number): return [Int32(number)]
    case .float(let number): return [Int32(bitPattern: number.bitPattern)]
    case .scratch(let column):
      return [Int32((tile.scratch(ofStep: step) + column) * Chain.tileRows)]
    case .at(let place) where use == .whole:
      return whole(place.value, at: place.offset, constants: start)
    case .at(let place) where use == .sum: return sum(place)
    case .at(let place):
      return rows(place.value, place.offset).map {
        use == .target ? [$0, place.accumulates ? 1 : 0] : [$0]
      }
    case .term(let term):
      guard let clock = whole(term.clock, at: 0, constants: start),
        let weights = whole(term.weights, at: 0, constants: start),
        let place = rows(term.terms, term.index)
      else { return nil }
      return clock + weights + [Int32(term.index), place]
    }
  }

  private func rows(_ value: Value, _ column: Int) -> Int32? {
    tile.column(of: value).map { Int32(($0 + column) * Chain.tileRows) }
  }

  private func whole(_ value: Value, at offset: Int, constants start: Int) -> [Int32]? {
    if let place = constants[value] { return [0, Int32(start + place + offset)] }
    let home = graph.home(of: value)
    return values.firstIndex(of: home.parent).map {
      [Int32($0 + 1), Int32(home.offset + offset)]
    }
  }

  private mutating func sum(_ place: ChainOperation.Place) -> [Int32]? {
    let home = graph.home(of: place.value)
    guard let block = graph.block, home.parent == block.gradients else { return nil }
    let isFirst = sums.insert(Sum(value: place.value, offset: place.offset)).inserted
    if isFirst {
      let end = home.offset + place.value.shape.count
      for run in home.offset / 128...(end - 1) / 128 { sumModes[run] = place.accumulates ? 2 : 1 }
    }
    return [Int32(home.offset + place.offset), isFirst ? 0 : 1]
  }
}
