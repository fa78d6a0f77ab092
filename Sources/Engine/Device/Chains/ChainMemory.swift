/// The memory of the graph that a chain's kernel is given, and by which names.
struct ChainMemory {
  private let graph: Graph
  private let shape: ChainShape
  private(set) var parents: [Value] = []
  private var written: Set<Value> = []
  private var constants: [Value: Int] = [:]
  private(set) var constantWords: [UInt32] = []
  /// Reals of the rows that are kept for later, or for what comes after the chain.
  private(set) var keptCount = 0
  /// Where the rows of each value begin.
  private(set) var kept: [Value: Int] = [:]

  init(_ graph: Graph, _ shape: ChainShape) { (self.graph, self.shape) = (graph, shape) }

  /// A pointer to an element of a value, as text and then a number.
  mutating func pointer(to value: Value, offset: Int, writes: Bool = false) -> (String, Int) {
    if let words = graph.constants[value], !writes {
      let start = constants[value] ?? constantWords.count
      if constants.updateValue(start, forKey: value) == nil { constantWords += words }
      return ("constants + ", start + offset)
    }
    let home = graph.home(of: value)
    if !parents.contains(home.parent) { parents.append(home.parent) }
    if writes { written.insert(home.parent) }
    return (name(of: home.parent) + " + ", home.offset + offset)
  }

  /// Where the rows of a value are kept.
  mutating func keep(_ value: Value) -> Int {
    if let start = kept[value] { return start }
    let start = keptCount
    kept[value] = start
    keptCount += Graph.aligned(shape.kept(value.shape).count)
    return start
  }

  /// The kernel's parameters for `parents`.
  var parameters: [String] {
    parents.map { value in
      let type = value.kind == .word ? "uint" : "float"
      let isWritten = written.contains(value)
      return "__global \(isWritten ? "" : "const ")\(type) *restrict \(name(of: value))"
    }
  }

  /// What the value is called where it has a name, or else its number.
  private func name(of value: Value) -> String {
    guard let name = graph.names.first(where: { $0.value == value })?.key else {
      return "v\(value.id)"
    }
    return "the_" + String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }
}
