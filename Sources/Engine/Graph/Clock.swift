/// Where a run stands, kept on the device so that no step waits for the program.
///
/// The program writes it once (at the start, on resume, before a validation pass); `StepControl`
/// advances it at the end of every step.
package struct Clock: Hashable, Sendable {
  package var seed: UInt64 = 0
  package var epoch: UInt32 = 0
  /// Steps since the start of the run: the counter of all noise.
  package var step: UInt32 = 0
  /// The number of the batch within its epoch.
  package var batch: UInt32 = 0
  /// The rows of the data set that an epoch visits.
  package var rowCount: UInt32 = 0
  /// The rows of a batch; the last one of an epoch may have fewer that are valid.
  package var batchRows: UInt32 = 0
  /// The number of the batch's first row where noise belongs to rows rather than to steps.
  package var firstRow: UInt32 = 0
  /// Updates left out because the loss or a gradient was not finite.
  package var skipped: UInt32 = 0
  /// The step of the first update left out.
  package var firstSkipped: UInt32 = 0
  /// Updates left out one after the other; it stays at `streakLimit` and above.
  package var streak: UInt32 = 0

  package init(seed: UInt64 = 0, rowCount: Int, batchRows: Int) {
    self.seed = seed
    self.rowCount = UInt32(rowCount)
    self.batchRows = UInt32(batchRows)
  }

  /// The order of the words in memory; `prelude.cl` has the same.
  enum Word: Int {
    case seedLow, seedHigh, epoch, step, batch, validRows, rowCount, batchRows, firstRow
    case skipped, firstSkipped, streak
  }

  static let shape = Shape(1, Word.streak.rawValue + 1)

  /// The rows of this batch that exist.
  package var validRows: UInt32 {
    let start = batch * batchRows
    return start < rowCount ? min(batchRows, rowCount - start) : 0
  }

  package var words: [UInt32] {
    Array(unsafeUninitializedCapacity: Self.shape.count) { words, count in
      write(to: words)
      count = Self.shape.count
    }
  }

  package init<Words: RandomAccessCollection<UInt32>>(words: Words) where Words.Index == Int {
    precondition(words.count == Self.shape.count, "\(words.count) words do not make a clock")
    func word(_ word: Word) -> UInt32 { words[word.rawValue] }
    seed = UInt64(word(.seedHigh)) << 32 | UInt64(word(.seedLow))
    (epoch, step, batch) = (word(.epoch), word(.step), word(.batch))
    (rowCount, batchRows, firstRow) = (word(.rowCount), word(.batchRows), word(.firstRow))
    (skipped, firstSkipped, streak) = (word(.skipped), word(.firstSkipped), word(.streak))
  }

  func write(to words: UnsafeMutableBufferPointer<UInt32>) {
    func set(_ word: Word, _ x: UInt32) { words[word.rawValue] = x }
    set(.seedLow, UInt32(truncatingIfNeeded: seed))
    set(.seedHigh, UInt32(seed >> 32))
    set(.epoch, epoch)
    set(.step, step)
    set(.batch, batch)
    set(.validRows, validRows)
    set(.rowCount, rowCount)
    set(.batchRows, batchRows)
    set(.firstRow, firstRow)
    set(.skipped, skipped)
    set(.firstSkipped, firstSkipped)
    set(.streak, streak)
  }

  /// Counts an update that was left out.
  mutating func skip() {
    if skipped == 0 { firstSkipped = step }
    skipped += 1
    streak += 1
  }

  /// So many in a row stay on record until the program has seen them.
  package static let streakLimit: UInt32 = 3

  /// Notes an update that was made.
  mutating func update() {
    if streak < Self.streakLimit { streak = 0 }
  }

  /// The next batch, and after the last one of an epoch the first of the next.
  package mutating func advance() {
    step &+= 1
    batch += 1
    if batch * batchRows >= rowCount {
      batch = 0
      epoch &+= 1
    }
  }
}

extension Graph {
  /// The clock's words; every graph of a run that is to share them gives the same name.
  package mutating func clock(_ name: String = "clock") -> Value {
    resident(name, Clock.shape, kind: .word)
  }
}
