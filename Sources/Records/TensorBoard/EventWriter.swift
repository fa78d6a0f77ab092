import Glibc
import Machine
import Text

/// Writes a TensorBoard event file, which can be read while it grows.
///
/// Each record is one write to the operating system. If the process dies, earlier records are kept
/// and readers ignore an incomplete last one. A resumed run cuts off the records of steps that it
/// repeats, and opens a second file in the same folder; TensorBoard merges them by step.
package final class EventWriter {
  package let path: String
  private let folder: String
  private let file: Int32
  private let clock: () -> Double
  /// The end of the last complete record.
  private var end = 0

  /// - Parameters:
  ///   - last: the step after which a resumed run continues; nil for a new run.
  ///   - clock: returns the seconds since 1970.
  package init(
    folder: String, keeping last: Int? = nil, host: String = EventWriter.host,
    process: Int32 = getpid(), clock: @escaping () -> Double = EventWriter.now
  ) throws {
    let start = clock()
    (path, file) = try Self.create(in: folder, time: start, host: host, process: process)
    (self.folder, self.clock) = (folder, clock)
    try append(Event(time: start, content: .version))
    if let last { cut(keeping: last) }
  }

  deinit { close(file) }

  /// Takes back all points after a step. TensorBoard, if it is looking, forgets them too.
  package func cut(keeping last: Int) {
    for name in Files.entries(of: folder) ?? [] where name.hasPrefix("events.out.tfevents.") {
      let path = "\(folder)/\(name)"
      guard let bytes = try? Files.read(path) else { continue }
      let size = Event.size(of: bytes, upTo: last)
      if size < bytes.count { _ = truncate(path, off_t(size)) }
    }
    end = Int(max(0, lseek(file, 0, SEEK_END)))
    try? append(Event(time: clock(), step: Int64(last + 1), content: .restart))
  }

  /// Appends the points of one step.
  package func append(step: Int, _ scalars: [Scalar]) throws {
    try append(Event(time: clock(), step: Int64(step), content: .scalars(scalars)))
  }

  private func append(_ event: Event) throws {
    let record = event.record
    var sent = 0
    while sent < record.count {
      let count = record.withUnsafeBytes { bytes in
        write(file, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw takeBack() }
      sent += count
    }
    end += record.count
  }

  /// Removes an incomplete record, since readers would ignore everything after it.
  private func takeBack() -> Failure {
    let cause = SystemError.last
    _ = ftruncate(file, end)
    return Failure(
      in: path, "cannot be written: \(cause)", hint: "make room; the file is whole up to here",
      code: .creation)
  }

  /// Creates `events.out.tfevents.TIME.HOST.PROCESS.NUMBER` with the first unused number.
  private static func create(
    in folder: String, time: Double, host: String, process: Int32
  ) throws -> (path: String, file: Int32) {
    let seconds = String(max(0, Int(time))).padded(to: 10)
    let stem = "\(folder)/events.out.tfevents.\(seconds).\(host).\(process)"
    var number = 0
    while true {
      let path = "\(stem).\(number)"
      let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0o644)
      if file >= 0 { return (path, file) }
      if errno == EINTR { continue }
      guard errno == EEXIST, number < 1000 else {
        throw Failure(
          in: path, "cannot be created: \(SystemError.last)",
          hint: "name a folder that exists and that you may write to", code: .creation)
      }
      number += 1
    }
  }

  /// The seconds since 1970.
  package static let now: @Sendable () -> Double = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The name of this machine.
  package static let host: String = {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    let bytes = withUnsafeBytes(of: name.nodename) { $0.prefix { $0 != 0 }.map { $0 } }
    // The name is used in a file name.
    let text = String(decoding: bytes, as: UTF8.self)
    return String(text.map { $0 == "/" ? "-" : $0 })
  }()
}
