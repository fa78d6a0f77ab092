import Records
import TestSupport
import Testing
import Text

@Suite struct EventWriterTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// A file of two records, each a second after the one before.
  private func write(to folder: Folder) throws -> (writer: EventWriter, bytes: [UInt8]) {
    var time = 1_700_000_000.5
    let writer = try EventWriter(folder: folder.path, host: "node", process: 42) {
      defer { time += 1 }
      return time
    }
    try writer.append(step: 7, [Scalar("loss/train", 0.25), Scalar("loss/validation", .nan)])
    let name = String(writer.path.split(separator: "/").last ?? "")
    return (writer, try folder.read(name))
  }

  @Test("records have the bytes of the format")
  func format() throws {
    let (writer, bytes) = try write(to: folder)
    #expect(writer.path == folder.path("events.out.tfevents.1700000000.node.42.0"))
    let records = try #require(EventDecoder.records(bytes))
    try #require(records.count == 2)
    #expect(EventDecoder.field(records[0], 1) == .number(1_700_000_000.5.bitPattern))
    #expect(EventDecoder.text(EventDecoder.field(records[0], 3)) == "brain.Event:2")
    #expect(EventDecoder.field(records[1], 1) == .number(1_700_000_001.5.bitPattern))
    #expect(EventDecoder.field(records[1], 2) == .number(7))
    guard case .bytes(let summary)? = EventDecoder.field(records[1], 5) else {
      Issue.record("no summary")
      return
    }
    let values = EventDecoder.fields(summary).compactMap {
      field -> (String?, EventDecoder.Field?)? in
      guard case .bytes(let value) = field.1 else { return nil }
      return (EventDecoder.text(EventDecoder.field(value, 1)), EventDecoder.field(value, 2))
    }
    try #require(values.count == 2)
    #expect(values[0] == ("loss/train", .number(UInt64(Float(0.25).bitPattern))))
    #expect(values[1] == ("loss/validation", .number(UInt64(Float.nan.bitPattern))))
  }

  @Test("the same content gives the same bytes; a second file has its own name")
  func names() throws {
    let (first, bytes) = try write(to: folder)
    let (second, others) = try write(to: folder)
    #expect(bytes == others)
    #expect(first.path.hasSuffix(".42.0") && second.path.hasSuffix(".42.1"))
  }

  @Test("a resumed run cuts off what it does again, and says so to whoever is looking")
  func resume() throws {
    let first = try EventWriter(folder: folder.path, host: "node", process: 1)
    for step in 1...300 { try first.append(step: step, [Scalar("loss", Float(step))]) }
    let name = String(first.path.split(separator: "/").last ?? "")
    let whole = try folder.read(name)
    // A torn end is cut off, too.
    _ = try folder.write(whole + [1, 2, 3], to: name)
    let second = try EventWriter(folder: folder.path, keeping: 200, host: "node", process: 2)
    try second.append(step: 201, [Scalar("loss", 0)])
    #expect(try folder.read(name).count < whole.count)
    #expect(try steps(name) == [0] + (1...200).map { $0 })
    let other = String(second.path.split(separator: "/").last ?? "")
    #expect(try steps(other) == [0, 201, 201])
    let restart = try #require(EventDecoder.records(folder.read(other)))[1]
    #expect(EventDecoder.field(restart, 7, 1) == .number(1))
    second.cut(keeping: 150)
    try second.append(step: 151, [Scalar("loss", 0)])
    #expect(try steps(name).last == 150)
    #expect(try steps(other) == [0, 151, 151])
  }

  /// The steps of all records of a file.
  private func steps(_ name: String) throws -> [Int] {
    try #require(EventDecoder.records(folder.read(name))).map { record in
      guard case .number(let step)? = EventDecoder.field(record, 2) else { return 0 }
      return Int(step)
    }
  }

  @Test("a folder that cannot be written is named")
  func folders() throws {
    #expect(throws: Failure.self) { try EventWriter(folder: folder.path("missing")) }
    let message = #expect(throws: Failure.self) {
      try EventWriter(folder: "/proc", host: "node", process: 1) { 0 }
    }?.message
    #expect(
      message?.hasPrefix("/proc/events.out.tfevents.0000000000.node.1.0: cannot be created") == true
    )
  }

  @Test(
    "TensorBoard reads it, and what is before a torn end", .enabled(if: Python.has("tensorboard")))
  func tensorBoard() throws {
    let (_, bytes) = try write(to: folder)
    let torn = try Folder()
    _ = try torn.write(
      bytes + EventDecoderTail.record.prefix(17), to: "events.out.tfevents.1700000000.node.42.0")
    let script = """
      import sys, math
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      for folder in sys.argv[1:]:
          events = EventAccumulator(folder)
          events.Reload()
          assert set(events.Tags()["scalars"]) == {"loss/train", "loss/validation"}, events.Tags()
          points = events.Scalars("loss/train")
          assert [(p.step, p.value, p.wall_time) for p in points] == [(7, 0.25, 1700000001.5)], points
          assert math.isnan(events.Scalars("loss/validation")[0].value)
      """
    #expect(throws: Never.self) { try Python.run(script, [folder.path, torn.path]) }
  }
}

/// A record to cut off.
enum EventDecoderTail {
  static let record: [UInt8] = {
    let length = Vector.length(20)
    let sum = CRC32C.masked(length)
    return length + Vector.length(UInt64(sum)).prefix(4) + [UInt8](repeating: 9, count: 24)
  }()
}
