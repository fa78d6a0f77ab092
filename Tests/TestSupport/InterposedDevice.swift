package import Engine

/// Another device, with something done before each of its calls: a fault thrown, or values spoiled.
package final class InterposedDevice: Device {
  package enum Call: Hashable, Sendable {
    case compile, run, synchronize, read, write
  }

  /// Called before each call with its kind, its number among those of its kind on that program, the
  /// number of the program (the first compiled is 0), and the program; nil while it is compiled.
  package typealias Interposition = (Call, Int, Int, (any Program)?) throws -> Void

  private let device: any Device
  private let before: Interposition
  private var programs = 0

  package init(_ device: any Device, before: @escaping Interposition) {
    (self.device, self.before) = (device, before)
  }

  package var name: String { device.name }

  package func renew() {
    programs = 0
    device.renew()
  }

  package func compile(_ graph: Graph, sharing other: (any Program)?) throws -> any Program {
    defer { programs += 1 }
    try before(.compile, programs, programs, nil)
    let inner = (other as? InterposedProgram)?.program ?? other
    return InterposedProgram(
      try device.compile(graph, sharing: inner), number: programs, before: before)
  }
}

private final class InterposedProgram: Program {
  let program: any Program
  private let number: Int
  private let before: InterposedDevice.Interposition
  private var calls: [InterposedDevice.Call: Int] = [:]

  init(
    _ program: any Program, number: Int, before: @escaping InterposedDevice.Interposition
  ) { (self.program, self.number, self.before) = (program, number, before) }

  private func pass(_ call: InterposedDevice.Call) throws {
    defer { calls[call, default: 0] += 1 }
    try before(call, calls[call, default: 0], number, program)
  }

  func run() throws {
    try pass(.run)
    try program.run()
  }

  func synchronize() throws {
    try pass(.synchronize)
    try program.synchronize()
  }

  func read(_ value: Value) throws -> [Float] {
    try pass(.read)
    return try program.read(value)
  }

  func write(_ elements: [Float], to value: Value) throws {
    try pass(.write)
    try program.write(elements, to: value)
  }

  func readWords(_ value: Value) throws -> [UInt32] {
    try pass(.read)
    return try program.readWords(value)
  }

  func writeWords(_ words: [UInt32], to value: Value) throws {
    try pass(.write)
    try program.writeWords(words, to: value)
  }
}
