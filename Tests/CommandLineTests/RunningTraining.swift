import Foundation
import Testing

/// A program that runs while a test does other things, such as killing it.
final class RunningTraining {
  private let process = Process()
  private let (input, messages) = (Pipe(), Pipe())
  private var text = ""

  /// How long a test waits for something that comes within seconds: only a hung test is ended.
  private static let patience: Duration = .seconds(600)

  /// - Parameters:
  ///   - points: where the program holds, in debug builds; see `HoldPoint`.
  ///   - starter: a command that starts it, such as `nohup`.
  init(_ arguments: [String], holdingAt points: [String] = [], by starter: [String] = []) throws {
    // Whoever runs the tests may ignore signals, which every process inherits.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--default-signal=HUP,INT"] + starter + [Binary.path] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["IMPLODE_HOLD": points.joined(separator: ",")]) { $1 }
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = messages
    try Self.unblockingSignals { try process.run() }
  }

  /// Threads of a test hold signals back, which a program inherits from the one that starts it.
  static func unblockingSignals<Result>(_ start: () throws -> Result) rethrows -> Result {
    var (signals, before) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGUSR1, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try start()
  }

  deinit { if process.isRunning { kill(SIGKILL) } }

  /// Waits until the program holds at a point.
  func waitUntilHeld(at point: String) throws {
    while !text.contains("held at \(point)\n") {
      try #require(try readMessages(), "it ended before \(point): \(text)")
    }
  }

  /// Lets the program leave the point at which it holds.
  func goOn() throws { try input.fileHandleForWriting.write(contentsOf: Data([0])) }

  /// Waits for something to happen that the program does not say.
  func wait(until isDone: () -> Bool) throws {
    let start = ContinuousClock.now
    while !isDone() {
      try #require(ContinuousClock.now - start < Self.patience)
      try #require(process.isRunning, "it ended before: \(process.terminationStatus)")
      usleep(2000)
    }
  }

  func kill(_ signal: Int32) { _ = Foundation.kill(process.processIdentifier, signal) }

  /// What the system calls its state, such as `T` of a process that was paused.
  var state: String {
    let path = "/proc/\(process.processIdentifier)/stat"
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    return text.flatMap { $0.split(separator: ") ").last }.map { String($0.prefix(1)) } ?? ""
  }

  /// The memory it has in use, in KiB.
  var residentKiB: Int {
    let path = "/proc/\(process.processIdentifier)/status"
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    let words = lines.first { $0.hasPrefix("VmRSS:") }?.split(whereSeparator: \.isWhitespace)
    return words.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0
  }

  /// The exit code, negative after a signal, and what the program said.
  func end() throws -> (status: Int32, messages: String) {
    while try readMessages() {}
    process.waitUntilExit()
    let crashed = process.terminationReason == .uncaughtSignal
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return (
      crashed ? -process.terminationStatus : process.terminationStatus,
      lines.filter { !$0.hasPrefix("held at ") }.joined(separator: "\n")
    )
  }

  /// Reads on; false at the end.
  private func readMessages() throws -> Bool {
    let file = messages.fileHandleForReading
    var wanted = pollfd(fd: file.fileDescriptor, events: Int16(POLLIN), revents: 0)
    let count = poll(&wanted, 1, Int32(Self.patience.components.seconds * 1000))
    try #require(count == 1, "neither a message nor an end: \(text)")
    let bytes = file.availableData
    text += String(decoding: bytes, as: UTF8.self)
    return !bytes.isEmpty
  }
}
