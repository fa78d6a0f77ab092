/// Row-local steps, one after another, as one kernel of its own text: a work-group takes rows through
/// all of them.
///
/// Values that only the chain needs are in its tiles; the graph's own memory of them is not written.
struct Chain {
  let launch: Launch
  /// Values that are written for steps outside the chain, or for nobody.
  let exports: [Value]
  /// What is to be added up over rows when the chain has run.
  let weights: [WeightGradient]

  /// Nil if the steps cannot all be part of one.
  init?(
    _ steps: [any DeviceStep], name: String, rows: Int, in source: Graph,
    readElsewhere: Set<Value>, device: LaunchTraits, into graph: inout Graph
  ) {
    for shape in ChainShape.candidates(rows: rows, on: device) {
      for spills in shape.isLocal ? [false, true] : [false] {
        guard
          let builder = ChainBuilder(
            steps, in: source, readElsewhere: readElsewhere, shape, spills: spills)
        else { continue }
        self.init(builder, steps, shape, name: name, rows: rows, into: &graph)
        return
      }
    }
    return nil
  }

  private init(
    _ builder: ChainBuilder, _ steps: [any DeviceStep], _ shape: ChainShape, name: String,
    rows: Int, into graph: inout Graph
  ) {
    let memory = builder.memory
    let tiles = (rows + shape.rows - 1) / shape.rows
    // A processor's work-item takes several tiles, one after another, through the same memory.
    let groups = shape.lanes > 1 ? min(tiles, Self.mostProcessorGroups) : tiles
    var (parameters, values) = (memory.parameters, memory.parents)
    func add(_ parameter: String, _ value: Value) {
      parameters.append("__global " + parameter)
      values.append(value)
    }
    var views: [Value: Value] = [:]
    if memory.keptCount > 0 {
      let kept = graph.makeValue(Shape(1, memory.keptCount))
      add("float *restrict kept", kept)
      for (value, start) in memory.kept.sorted(by: { $0.value < $1.value }) {
        views[value] = graph.makeView(shape.kept(value.shape), in: kept, at: start)
      }
    }
    if !memory.constantWords.isEmpty {
      add("const uint *restrict constants", graph.constant(memory.constantWords))
    }
    let size = shape.size(columns: builder.columns)
    if !shape.isLocal { add("float *restrict tiles", graph.makeValue(Shape(groups, size))) }
    // Not declared in the kernel: PoCL 3.1 then moves reads of what other work-items have written to
    // before a barrier.
    var local: [Launch.Argument] = []
    func addLocal(_ name: String, reals: Int) {
      parameters.append("__local float4 *\(name)")
      local.append(.local(reals: reals))
    }
    if shape.isLocal { addLocal("memory", reals: size) }
    if builder.exchanged > 0 { addLocal("exchanged", reals: builder.exchanged) }
    let text = ChainText(builder.lines, name: name)
    let kernel = ChainKernel(
      name: name, shape: shape, parameters: parameters, tileSize: size,
      pitch: shape.pitch(columns: builder.columns), exchanged: builder.exchanged,
      rows: rows, tiles: tiles, groups: groups, barriers: builder.barriers, text: text)
    launch = .kernel(
      Launch.Kernel(
        entry: name, arguments: values.map { .value($0) } + local,
        global: Launch.Size(groups * shape.group), local: Launch.Size(shape.group),
        text: kernel.generated))
    exports = builder.exports
    weights = builder.weights(keptAs: views)
  }

  private static let mostProcessorGroups = 32
}
