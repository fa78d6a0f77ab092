import COpenCL
package import Engine

/// A graph as a fixed list of commands, whose arguments were bound once, over fixed memory.
package final class OpenCLProgram: Program {
  private let device: OpenCLDevice
  let session: OpenCLSession
  private let graph: Graph
  private let memory: OpenCLMemory
  private let commands: [Command]
  /// Commands since the driver was last told to start.
  private var unflushed = 0
  /// What a driver has not compiled by then, it compiles before the first results.
  private var hasRun = false, hasResults = false

  init(
    _ graph: Graph, on device: OpenCLDevice, in session: OpenCLSession,
    sharing other: OpenCLProgram?
  ) throws(OpenCLError) {
    if let value = graph.values.first(where: { !$0.fitsKernels }) {
      throw .count(of: "\(value.shape)", on: session.properties)
    }
    let plan = graph.lowered(for: device.traits)
    let graph = plan.graph
    // Before there is memory for anything else.
    for case .product(let product) in plan.launches {
      try LibraryCheck(product).pass(on: device, in: session)
    }
    (self.device, self.session, self.graph) = (device, session, graph)
    memory = try OpenCLMemory(
      for: graph, in: session, sharing: other.map { ($0.memory, $0.graph) })
    var commands: [Command] = []
    let chains = try session.kernels.programs(of: plan.chains)
    for launch in plan.launches {
      commands.append(try Command(launch, with: chains, session.kernels, memory))
    }
    self.commands = commands
  }

  /// Enqueues every command and returns; nothing is allocated and no argument changes.
  package func run() throws(OpenCLError) {
    try device.naming { () throws(OpenCLError) in try watched(unless: hasRun, enqueue) }
    hasRun = true
  }

  private func enqueue() throws(OpenCLError) {
    for command in commands {
      try command.enqueue(on: session.queue)
      unflushed += 1
      if unflushed == Self.flushInterval {
        unflushed = 0
        try check(clFlush(session.queue), "clFlush")
      }
    }
  }

  private func watched(
    unless isOver: Bool, _ body: () throws(OpenCLError) -> Void
  ) throws(OpenCLError) {
    if isOver { return try body() }
    try device.settings.slowBuild.watch(
      "\(device.name): no results yet, its driver may be compiling kernels", body)
  }

  /// Computes one product of values of this program by the library.
  func multiply(_ product: Launch.Product) throws(OpenCLError) {
    try ProductCommand(product, memory).enqueue(on: session.queue)
  }

  package func synchronize() throws(OpenCLError) {
    try device.naming { () throws(OpenCLError) in
      try watched(unless: hasResults, session.finish)
    }
    hasResults = hasRun
  }

  /// Drivers collect commands, and some never start them on their own.
  private static let flushInterval = 64
}

extension OpenCLProgram {
  package func read(_ value: Value) throws(OpenCLError) -> [Float] {
    try elements(of: value, .real, zero: 0)
  }

  package func readWords(_ value: Value) throws(OpenCLError) -> [UInt32] {
    try elements(of: value, .word, zero: 0)
  }

  package func write(_ elements: [Float], to value: Value) throws(OpenCLError) {
    try set(elements, in: value, .real)
  }

  package func writeWords(_ words: [UInt32], to value: Value) throws(OpenCLError) {
    try set(words, in: value, .word)
  }

  private func elements<T: BitwiseCopyable>(
    of value: Value, _ kind: Value.Kind, zero: T
  ) throws(OpenCLError) -> [T] {
    precondition(value.kind == kind, "a \(value.shape) value of \(value.kind)s read as \(kind)s")
    var result = [T](repeating: zero, count: value.shape.count)
    if hasRun && !hasResults { try synchronize() }
    let code = clEnqueueReadBuffer(
      session.queue, memory[value], cl_bool(CL_TRUE), 0, value.byteCount, &result, 0, nil, nil)
    unflushed = 0
    try device.naming { () throws(OpenCLError) in try check(code, "cannot read a value") }
    return result
  }

  private func set<T: BitwiseCopyable>(
    _ elements: [T], in value: Value, _ kind: Value.Kind
  ) throws(OpenCLError) {
    precondition(value.kind == kind, "\(kind)s written to a \(value.shape) value of \(value.kind)s")
    precondition(
      elements.count == value.shape.count, "\(elements.count) elements for \(value.shape)")
    unflushed = 0
    try device.naming { () throws(OpenCLError) in
      try memory.write(elements, count: value.byteCount, to: value)
    }
  }
}
