import Datasets
import Engine
import Foundation
import Machine
import Models
import Records
import Synchronization
import Testing
import Text

@testable import Training
@testable import implode

/// Disks that are full or broken, for a while or for good, at every call.
@Suite struct SaveFaultTests {
  private let folder: TrainFolder
  private let model: SavedModel

  init() throws {
    folder = try TrainFolder(rows: 60)
    let result = try folder.train("training.epochs=1", "checkpoint.everyMinutes=1e-9")
    try #require(result.status == 0, "\(result.messages)")
    let file = try SafetensorsFile(contentsOf: folder["run/checkpoints/last.safetensors"])
    model = try SavedModel(file)
  }

  /// Calls of which some fail, counted.
  private final class Faults: Sendable {
    let count = Atomic<Int>(0)
    /// The number of the first call that fails, and of the first one after it that does not.
    let range = Mutex(0..<0)

    /// Whether this call is to fail, with the error set.
    func strike(_ code: Int32) -> Bool {
      let number = count.add(1, ordering: .relaxed).newValue
      guard range.withLock({ $0.contains(number) }) else { return false }
      errno = code
      return true
    }

    func arm(_ numbers: Range<Int>) {
      count.store(0, ordering: .relaxed)
      range.withLock { $0 = numbers }
    }
  }

  private enum Call: String, CaseIterable, Sendable {
    case write, fsync, close, rename
  }

  private func calls(_ call: Call, _ faults: Faults) -> FileCalls {
    var calls = FileCalls()
    let system = FileCalls()
    switch call {
    case .write:
      // Half of the bytes, as a disk that becomes full takes them, and then none.
      calls.write = { file, bytes, count in
        if faults.strike(ENOSPC) {
          _ = system.write(file, bytes, count / 2)
          errno = ENOSPC
          return -1
        }
        return system.write(file, bytes, count)
      }
    case .fsync: calls.fsync = { faults.strike(EIO) ? -1 : system.fsync($0) }
    case .close:
      calls.close = { file in
        let code = system.close(file)
        return faults.strike(EIO) ? -1 : code
      }
    case .rename: calls.rename = { faults.strike(EXDEV) ? -1 : system.rename($0, $1) }
    }
    return calls
  }

  /// A trainer in the middle of its work, with whatever records it.
  private func start(_ out: String, _ watch: Watch) throws -> (Trainer, RunRecorder) {
    let directory = try RunDirectory(folder[out])
    let recorder = RunRecorder(
      directory, model: model, metrics: try MetricsLog(directory.metrics, terms: [], keeping: 0),
      events: nil, watch: watch)
    let (x, c) = (model.preparation.targets.count, model.preparation.conditions.count)
    let rows = (0..<40 * (x + c)).map { Float($0 % 17) / 17 - 0.5 }
    let data = TrainingData(targets: x, conditions: c, training: rows, validation: rows)
    let trainer = Trainer(
      RunPlan(model.model.stages, data: data, settings: model.configuration.trainingSettings),
      device: CPUDevice<Float>(threads: 1), events: recorder)
    _ = try trainer.run()
    return (trainer, recorder)
  }

  private func leftovers(_ out: String) -> [String] {
    folder.files(out).filter { $0.hasSuffix(".tmp") }
  }

  private func isWhole(_ path: String) -> Bool {
    (try? SafetensorsFile(contentsOf: path, trust: .sealed)) != nil
  }

  @Test(
    "a failed call causes one warning, and earlier checkpoints are kept", arguments: Call.allCases)
  private func once(_ call: Call) throws {
    let faults = Faults()
    try FileCalls.$current.withValue(calls(call, faults)) {
      for number in 1...3 {
        let (out, watch) = ("\(call)\(number)", Watch())
        faults.arm(0..<0)
        let (trainer, recorder) = try start(out, watch)
        try recorder.save(trainer)
        let last = folder["\(out)/checkpoints/last.safetensors"]
        let before = FileManager.default.contents(atPath: last)
        faults.arm(number..<number + 1)
        try recorder.save(trainer)
        // Rows of metrics are synchronized first, which is not worth a warning; and of most calls
        // there are two, one for each checkpoint.
        let isSilent = call == .fsync ? number == 1 : number == 3
        #expect(watch.problems.count == (isSilent ? 0 : 1), "\(call) \(number)")
        #expect(watch.problems.allSatisfy { $0.code == .output })
        #expect(isSilent || FileManager.default.contents(atPath: last) == before)
        #expect(isWhole(last) && leftovers(out).isEmpty)
        faults.arm(0..<0)
        try recorder.save(trainer)
        #expect(isWhole(last) && isWhole(folder["\(out)/checkpoints/last.prev.safetensors"]))
        #expect(watch.problems.count == (isSilent ? 0 : 1))
      }
    }
  }

  @Test("a file system without second names keeps the checkpoint before the last all the same")
  func noLinks() throws {
    try FileCalls.$current.withValue(.withoutLinks) {
      let (trainer, recorder) = try start("links", Watch())
      for _ in 0..<3 {
        try recorder.save(trainer)
        let names = folder.files("links/checkpoints")
        #expect(names.isSuperset(of: ["best.safetensors", "last.safetensors"]))
      }
      #expect(isWhole(folder["links/checkpoints/last.prev.safetensors"]))
      #expect(leftovers("links").isEmpty)
    }
  }

  @Test("where the file system has no locks, a file says who writes to the folder")
  func noLocks() throws {
    try FileCalls.$current.withValue(.withoutLocks) {
      let owner = folder["locks/lock.owner"]
      var held: RunDirectory? = try RunDirectory(folder["locks"])
      #expect(held?.isClaimed == true)
      let busy = #expect(throws: Failure.self) { try RunDirectory(folder["locks"], .again) }
      #expect(busy?.message.contains("another run is writing") == true && busy?.code == .creation)
      let content = try folder.text("locks/lock.owner")
      held = nil
      #expect(held == nil && !folder.exists("locks/lock.owner"))
      // A process that is gone: the same number, started at another time.
      let words = content.split(separator: " ")
      try "\(words[0]) \(words[1]) 1\n".write(toFile: owner, atomically: true, encoding: .utf8)
      held = try RunDirectory(folder["locks"], .again)
      #expect(try folder.text("locks/lock.owner") == content)
      #expect(folder.files("locks").allSatisfy { !$0.hasSuffix(".taking") })
      held = nil
      // Nobody can tell about another machine.
      try "12 elsewhere 1\n".write(toFile: owner, atomically: true, encoding: .utf8)
      let far = #expect(throws: Failure.self) { try RunDirectory(folder["locks"], .again) }
      #expect(far?.message.contains("process 12 on elsewhere") == true)
      #expect(far?.hint.contains("lock.owner") == true)
    }
  }

  @Test("where the file system has no locks, a requeued job takes over from its earlier start")
  func requeuedElsewhere() throws {
    try FileCalls.$current.withValue(.withoutLocks) {
      _ = try RunDirectory(folder["far"])
      func start(_ job: String, restarts: Int) throws -> RunDirectory {
        try "12 elsewhere 1 17 1\n".write(
          toFile: folder["far/lock.owner"], atomically: true, encoding: .utf8)
        let variables = ["SLURM_JOB_ID": job, "SLURM_RESTART_COUNT": "\(restarts)"]
        return try RunDirectory(folder["far"], .again) { variables[$0] }
      }
      let held = try start("17", restarts: 2)
      let owner = try folder.text("far/lock.owner")
      #expect(held.isClaimed && owner.hasSuffix(" 17 2\n"))
      // The same start, in another task; an earlier one; another job.
      for (job, restarts) in [("17", 1), ("17", 0), ("18", 2)] {
        #expect(throws: Failure.self) { try start(job, restarts: restarts) }
      }
      withExtendedLifetime(held) {}
    }
  }

  @Test("a run that has taken a folder and not written its name yet is said to have just started")
  func justStarted() throws {
    let held = try RunDirectory(folder["race"])
    let path = folder["race/lock"]
    #expect(try !folder.text("race/lock").isEmpty)
    try #require(truncate(path, 0) == 0)
    let busy = #expect(throws: Failure.self) { try RunDirectory(folder["race"], .again) }
    #expect(
      busy?.message
        == "\(folder["race"]): another run is writing to this folder, and has just started")
    #expect(busy?.code == .creation)
    withExtendedLifetime(held) {}
  }

  @Test("a folder that has got checkpoints meanwhile is not begun anew")
  func meanwhile() throws {
    for name in ["best", "last", "last.prev"] {
      var directory: RunDirectory? = try RunDirectory(folder[name])
      _ = directory
      directory = nil
      try Data([1]).write(to: URL(filePath: folder["\(name)/checkpoints/\(name).safetensors"]))
      let error = #expect(throws: Failure.self) { try RunDirectory(folder[name], .again) }
      #expect(error?.message.contains("\(name).safetensors: is there already") == true)
    }
  }

  @Test("a disk that stays full ends training at the third try", arguments: Call.allCases)
  private func always(_ call: Call) throws {
    let (faults, watch) = (Faults(), Watch())
    try FileCalls.$current.withValue(calls(call, faults)) {
      let (trainer, recorder) = try start("full", watch)
      try recorder.save(trainer)
      faults.arm(1..<Int.max)
      for _ in 0..<2 { try recorder.save(trainer) }
      let error = #expect(throws: Failure.self) { try recorder.save(trainer) }
      #expect(error?.code == .output)
      #expect(watch.problems.count == 2)
      #expect(isWhole(folder["full/checkpoints/last.safetensors"]) && leftovers("full").isEmpty)
      // Once there is room again, failures before do not count.
      faults.arm(0..<0)
      try recorder.save(trainer)
      faults.arm(1..<Int.max)
      try recorder.save(trainer)
    }
  }

  @Test("rows of metrics.csv wait for room, and none is torn")
  func metrics() throws {
    let faults = Faults()
    try FileCalls.$current.withValue(calls(.write, faults)) {
      let log = try MetricsLog(folder["metrics.csv"], terms: [], keeping: 0)
      let record = { (epoch: Int) in
        let losses = EpochRecord.Losses(loss: 1, total: 1, terms: [:])
        return EpochRecord(
          epoch: epoch, seconds: 1, rowsPerSecond: 1, learningRate: 1, training: losses,
          validation: losses, gradientNorm: -.nan, skipped: 0, l1: 0, l2: 0)
      }
      #expect(log.append(record(1)) == nil)
      faults.arm(1..<3)
      #expect(log.append(record(2))?.message.contains("No space left on device") == true)
      #expect(try folder.text("metrics.csv").split(separator: "\n").count == 2)
      #expect(log.append(record(3)) != nil)
      #expect(log.append(record(4)) == nil)
      let rows = try folder.text("metrics.csv").split(separator: "\n").dropFirst()
      #expect(rows.map { String($0.prefix(2)) } == ["1,", "2,", "3,", "4,"])
      #expect(rows.allSatisfy { $0.hasSuffix(",nan,0.0,0.0,0.0,0.0") })
      // The last row has none after it that would take it along; a checkpoint does.
      faults.arm(1..<2)
      #expect(log.append(record(5)) != nil)
      log.synchronize()
      #expect(try folder.text("metrics.csv").contains("\n5,"))
    }
  }

  @Test("every truncated or changed checkpoint is detected, and the previous one is used")
  func damage() throws {
    let path = folder["run/checkpoints/last.safetensors"]
    let whole = Array(try folder.data("run/checkpoints/last.safetensors"))
    let header = 8 + Int(whole[0]) + Int(whole[1]) << 8
    for count in Array(stride(from: 0, to: header, by: 61))
      + Array(stride(from: header, to: whole.count, by: 37)) + [whole.count - 1]
    {
      #expect(throws: Failure.self, "\(count) bytes") {
        try SafetensorsFile(Array(whole[..<count]), path: path, trust: .sealed)
      }
    }
    var options = TrainOptions()
    (options.out, options.resume) = (folder["run"], "auto")
    var damages = stride(from: 0, to: whole.count, by: 3989).map { Array(whole[..<$0]) }
    for place in stride(from: 0, to: whole.count, by: 2011) {
      damages.append(whole)
      damages[damages.count - 1][place] ^= UInt8(1 << (place % 8))
    }
    for bytes in damages {
      try Data(bytes).write(to: URL(filePath: path))
      let resume = try #require(try RunResume(options, writes: false))
      #expect(resume.file.hasSuffix("last.prev.safetensors"))
    }
  }

  @Test("a limit on file sizes ends training with an error")
  func limit() throws {
    let command = folder.arguments(
      out: "limited", ["checkpoint.everyMinutes=1e-9"]
    ).map { "'\($0)'" }.joined(separator: " ")
    let result = try Binary.shell("ulimit -f 40; implode \(command)")
    #expect(result.status == 74, "\(result.messages)")
    let lines = result.messages.split(separator: "\n")
    #expect(lines.count { $0.hasSuffix("training continues and will try again") } == 2)
    #expect(lines.suffix(2).first?.contains("cannot be written: File too large") == true)
    #expect(
      lines.last
        == "hint: make room, then add --out \(folder["limited"]) --resume auto to continue")
    #expect(leftovers("limited").isEmpty)
    let reason = try folder.object("limited/run.json")["exit_reason"] as? String
    #expect(reason?.contains("File too large") == true)
  }
}

/// Writes down what a recorder says.
private final class Watch: RunWatch {
  private(set) var problems: [Failure] = []
  var shouldStop: Bool { false }

  func step(_ step: Int, of steps: Int) {}
  func epoch(_ record: EpochRecord, of epochs: Int) {}
  func setBack(_ setback: Setback) {}
  func deviceLost(_ error: any Error, epochs: Int) {}
  func saveFailed(_ error: Failure) { problems.append(error) }
}
