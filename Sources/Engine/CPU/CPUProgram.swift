import Machine

/// A graph run by the CPU, section by section.
package final class CPUProgram<E: Real>: Program, SlotWork {
  private let device: CPUDevice<E>
  private let graph: Graph
  private let memory: CPUMemory<E>
  private let sections: [Section]
  /// Per section, the sums of slots 1, 2, …; slot 0 adds in place.
  private let slotSums: [[SlotSums<E>]]
  private let pieces: [[Piece]]
  /// Per thread.
  private let workspaces: [UnsafeMutableBufferPointer<E>]
  private let scratches: [UnsafeMutableBufferPointer<E>]

  private var crew: CrewSize
  private var current = 0
  private var isCombining = false

  /// A part of a sum that one thread adds up over the slots.
  private struct Piece {
    let sum: Value
    let range: Range<Int>
  }

  init(_ graph: Graph, on device: CPUDevice<E>, sharing other: CPUProgram<E>?) {
    let plan = graph.loweredForCPU(isReference: device.isReference)
    let graph = plan.graph
    self.device = device
    self.graph = graph
    memory = CPUMemory(for: graph, sharing: other.map { ($0.memory, $0.graph) })
    sections = plan.sections(threads: device.threads)
    slotSums = sections.map { section in
      section.sums.isEmpty
        ? []
        : (1..<section.tiling.slots).map { _ in
          SlotSums(for: section.sums, valueCount: graph.values.count)
        }
    }
    pieces = sections.map { section in
      section.sums.flatMap { sum in
        stride(from: 0, to: sum.shape.count, by: Self.pieceSize).map { start in
          Piece(sum: sum, range: start..<min(sum.shape.count, start + Self.pieceSize))
        }
      }
    }
    let scratch = sections.flatMap { section in
      section.steps.map { member in
        member.step.scratch(items: min(section.tiling.itemsPerTile, section.tiling.items))
      }
    }
    workspaces = (0..<device.threads).map { _ in allocateAligned(E.multiplyWorkspace) }
    scratches = (0..<device.threads).map { _ in allocateAligned(scratch.max() ?? 0) }
    crew = CrewSize(most: device.threads)
  }

  deinit {
    for buffer in workspaces + scratches { buffer.deallocate() }
  }

  package func run() {
    let start = ContinuousClock.now
    var lost = 0.0
    for index in sections.indices {
      current = index
      isCombining = false
      lost += run(slots: sections[index].tiling.slots)
      if !slotSums[index].isEmpty {
        isCombining = true
        lost += run(slots: pieces[index].count)
      }
    }
    crew.record(seconds: (ContinuousClock.now - start).seconds, lost: lost)
  }

  /// Returns the seconds that were lost by waiting for threads that did not run.
  private func run(slots: Int) -> Double {
    device.pool.run(self, slots: slots, threads: crew.threads)
  }

  package func synchronize() {}

  package func perform(slot: Int, worker: Int) {
    if isCombining { combine(pieces[current][slot]) } else { compute(slot: slot, worker: worker) }
  }

  private func compute(slot: Int, worker: Int) {
    let section = sections[current]
    let range = section.tiling.slot(slot)
    let sums = slot == 0 || slotSums[current].isEmpty ? nil : slotSums[current][slot - 1]
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, start + section.tiling.itemsPerTile)
      for member in section.steps {
        member.step.evaluate(
          Tile(
            memory: memory, items: start..<end, extent: section.tiling.items, slotSums: sums,
            isFirst: start == range.lowerBound, opensSums: member.opensSums,
            workspace: workspaces[worker].baseAddress.unsafelyUnwrapped,
            scratch: scratches[worker]))
      }
      start = end
    }
  }

  private func combine(_ piece: Piece) {
    let total = UnsafeMutableBufferPointer(rebasing: memory[piece.sum][piece.range])
    for sums in slotSums[current] {
      let part = UnsafeMutableBufferPointer(rebasing: sums[piece.sum][piece.range])
      E.add(part, to: total)
    }
  }

  /// Few enough that a piece of the sum stays in the first cache while the slots pass by.
  private static var pieceSize: Int { 2048 }
}

extension CPUProgram {
  @_specialize(where E == Float)
  package func read(_ value: Value) -> [Float] { memory[value].map { Float($0) } }

  @_specialize(where E == Float)
  package func write(_ elements: [Float], to value: Value) {
    precondition(elements.count == value.shape.count, "\(elements.count) for \(value.shape)")
    // In place: a data set must not be in memory once more while it is written.
    let target = memory[value]
    for i in elements.indices { target[i] = E(elements[i]) }
  }

  package func readWords(_ value: Value) -> [UInt32] { Array(memory[words: value]) }

  package func writeWords(_ words: [UInt32], to value: Value) {
    precondition(words.count == value.shape.count, "\(words.count) words for \(value.shape)")
    _ = memory[words: value].update(fromContentsOf: words)
  }

  /// The elements of `value` in the program's own precision.
  package func elements(of value: Value) -> [E] { Array(memory[value]) }

  package func set(_ elements: [E], to value: Value) {
    precondition(elements.count == value.shape.count, "\(elements.count) for \(value.shape)")
    _ = memory[value].update(fromContentsOf: elements)
  }
}
